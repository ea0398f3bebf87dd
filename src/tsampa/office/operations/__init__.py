"""Operations: backups that are tried as soon as they are made, and what is wrong with an installation."""
