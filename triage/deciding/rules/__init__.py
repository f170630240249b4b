"""Rules that recognise mail which no person wrote to the ICS, one file each."""
