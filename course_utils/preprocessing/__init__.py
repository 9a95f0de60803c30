"""From raw data to arrays (batch, time, features): pure functions, one module a kind."""
