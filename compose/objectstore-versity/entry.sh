#!/bin/sh
# The gateway takes its keys from the environment alone; they come from files so that no `inspect` shows them.
set -eu
ROOT_ACCESS_KEY=$(cat /run/secrets/access_key)
ROOT_SECRET_KEY=$(cat /run/secrets/secret_key)
export ROOT_ACCESS_KEY ROOT_SECRET_KEY
mkdir -p /data/versity
exec versitygw --port :9000 --health /healthz --quiet posix /data/versity
