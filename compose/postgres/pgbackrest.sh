#!/bin/bash
# pgBackRest with the keys of this installation. Everything that archives, backs up or restores goes through here: the
# server itself (archive_command), and one-shot commands from the host. Keys are read from secret files into the environment
# of this one process and stand in no file and no argument.
set -euo pipefail

secrets=/run/secrets
export PGBACKREST_STANZA=innosynth
if [ -s "$secrets/backup_cipher" ]; then
  PGBACKREST_REPO1_CIPHER_TYPE=aes-256-cbc
  PGBACKREST_REPO1_CIPHER_PASS=$(<"$secrets/backup_cipher")
  export PGBACKREST_REPO1_CIPHER_TYPE PGBACKREST_REPO1_CIPHER_PASS
fi
# The second repository, off this host: a mounted share or disk (BACKUP_OFFHOST_DIR). Same key, longer retention. Where the
# share is away, pushing to it fails and says so; the first repository goes on.
if [ "${INNOSYNTH_OFFHOST:-}" = yes ]; then
  export PGBACKREST_REPO2_PATH=/var/lib/pgbackrest-offhost
  export PGBACKREST_REPO2_RETENTION_FULL_TYPE=time PGBACKREST_REPO2_RETENTION_FULL=90 PGBACKREST_REPO2_BUNDLE=y
  if [ -n "${PGBACKREST_REPO1_CIPHER_PASS:-}" ]; then
    export PGBACKREST_REPO2_CIPHER_TYPE=aes-256-cbc PGBACKREST_REPO2_CIPHER_PASS=$PGBACKREST_REPO1_CIPHER_PASS
  fi
fi
exec pgbackrest "$@"
