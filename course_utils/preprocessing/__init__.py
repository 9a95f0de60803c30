"""From raw data to arrays (batch, time, features): pure functions, a module for each kind of data."""
