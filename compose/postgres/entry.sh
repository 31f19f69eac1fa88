#!/bin/bash
# Makes the cluster at the first start, then hands over to PostgreSQL. The folder appears whole or not at all: it is made
# beside and renamed. Collation by the builtin C.UTF-8 provider, so that no change of the base image can shift an index.
set -euo pipefail

bin=/usr/lib/postgresql/18/bin
secrets=/run/secrets
# psql reads the password out of its file by itself: arguments of a program are seen by everybody on the host. And no
# statement that holds it may reach the log, not where it is slow and not where it fails.

make_cluster() {
  local fresh=$PGDATA.fresh
  rm -rf "$fresh"
  mkdir -p "$(dirname "$PGDATA")"
  "$bin/initdb" --pgdata "$fresh" --username postgres --auth-local peer --auth-host scram-sha-256 \
    --encoding UTF8 --locale C.UTF-8 --locale-provider builtin --builtin-locale C.UTF-8 --data-checksums --no-instructions
  printf "include_if_exists '/etc/innosynth/postgresql.conf'\n" >>"$fresh/postgresql.conf"
  cat >"$fresh/pg_hba.conf" <<'HBA'
local all postgres peer
host  all all all  scram-sha-256
HBA
  "$bin/pg_ctl" --pgdata "$fresh" --wait --silent --options "-c listen_addresses='' -c archive_mode=off" start
  # The owner makes the other logins (see server/src/migrate.ts) and is no superuser.
  psql --username postgres --dbname postgres --no-psqlrc --quiet --set ON_ERROR_STOP=1 <<'SQL'
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = panic;
\set password `cat /run/secrets/owner_password`
create role innosynth_owner login createrole password :'password';
alter role innosynth_owner set createrole_self_grant = 'set, inherit';
create database innosynth owner innosynth_owner;
revoke connect on database postgres from public;
\connect innosynth
create extension vector;
SQL
  "$bin/pg_ctl" --pgdata "$fresh" --wait --silent --mode fast stop
  mv "$fresh" "$PGDATA"
}

# Two things once the server accepts writes.
# A restore brings the passwords of its own day back. The owner's is set to that of the secret file at every start, so that
# an old database and a rotated secret never lock each other out; the migration sets those of the other logins.
# And a server that came out of recovery, after a crash or a restore, does not keep archive_timeout until its first timed
# checkpoint: the checkpointer sleeps for what it reckoned during recovery. Measured: nothing left for the archive in four
# minutes. A checkpoint asked for wakes it.
after_start() {
  local wait
  for wait in {1..900}; do
    if [ "$(psql --username postgres --dbname postgres --no-psqlrc -Atqc 'select not pg_is_in_recovery()' 2>/dev/null)" = t ]; then
      psql --username postgres --dbname postgres --no-psqlrc --quiet --output /dev/null <<'SQL' || true
set log_statement = 'none';
set log_min_duration_statement = -1;
set log_min_error_statement = panic;
\set password `cat /run/secrets/owner_password`
alter role innosynth_owner password :'password';
checkpoint;
select pg_switch_wal();
SQL
      return
    fi
    sleep $((wait > 20 ? 5 : 1))
  done
}

# The repository must exist before the first segment is pushed; making it again changes nothing.
prepare_archive() {
  if ! innosynth-pgbackrest --log-level-console=error --no-online stanza-create; then
    echo 'The backup repository cannot be used. The database starts; archiving will fail until that is mended.' >&2
  fi
}

[ -s "$PGDATA/PG_VERSION" ] || make_cluster
if [ "${INNOSYNTH_ARCHIVE:-on}" = off ]; then
  # A drill reads the repository and must never write to it.
  set -- -c archive_mode=off "$@"
else
  prepare_archive
fi
# Twice aside, so that it is no child of the server, which watches its children.
if [ -s "$secrets/owner_password" ]; then (after_start &) fi
exec "$bin/postgres" -D "$PGDATA" "$@"
