"""What the bot learns from: training messages, trainings, the models they brought forth."""
