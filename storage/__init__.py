"""The database: engine, migrations, UTC times, and the encrypted originals of mails."""
