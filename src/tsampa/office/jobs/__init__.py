"""Jobs: long work asked for once, done by a worker, with progress, a log and retry; in the database, without a broker."""
