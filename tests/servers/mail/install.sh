#!/bin/sh
# Debian and Ubuntu: the servers that the e-mail connector is tested with. They are not started by the system.
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends dovecot-imapd dovecot-lmtpd dovecot-submissiond opensmtpd
