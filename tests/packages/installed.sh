#!/usr/bin/env bash
# installed.sh CODENAME: what a newcomer and an administrator do with the packages of build/packages, on a clean system of that
# Debian release, booted with its own systemd: install, vote, configure, upgrade, remove, purge; then the services, with Redis and
# PostgreSQL. The container has no network: apt has downloaded what the packages need before. Run by ./dev package test.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

root=$PWD
source scripts/say.sh
source scripts/packages.sh
source scripts/build.sh
source scripts/engine.sh
source scripts/go_programs.sh
source scripts/base_images.sh
source scripts/package.sh
source tests/packages/machine.sh
source tests/packages/service_checks.sh

codename=$1
suffix=$(package_suffix "$codename")
started=$SECONDS
tested=0

ok() {
  tested=$((tested + 1))
  say "  ok  $codename: $*"
}

not_ok() { fail "not ok: $codename: $*"; }

# package NAME: the path of its .deb.
package() {
  local found=(build/packages/"$1"_*+"$suffix"_*.deb)
  [[ -e ${found[0]} && ${#found[@]} == 1 ]] || not_ok "build/packages has not exactly one package $1 for $codename"
  echo "${found[0]}"
}

# With the network of this machine: the packages that ours depend on, for the container. Lists of packages that the mirrors no
# longer have are updated.
download_dependencies() {
  local root=$1 name
  mkdir -p "$root/packages"
  rm -f "$root"/packages/*
  for name in "${package_programs[@]}"; do cp "$(package "$name")" "$root/packages/$name.deb"; done
  quietly "package-test-download-$codename" chroot "$root" bash -euc '
    download() { apt-get -q install --yes --download-only --no-install-recommends /packages/*.deb; }
    download || { apt-get -q update && download; }'
}

# The same package with a lower version and another default of a setting, which stands for the previous release.
put_earlier_version() {
  local work=$dir/earlier
  dpkg-deb --raw-extract "$(package pollux)" "$work"
  sed -i 's/^Version: .*/Version: 0.0.1-1/' "$work/DEBIAN/control"
  echo '# A comment of the earlier version.' >>"$work/etc/default/pollux"
  dpkg-deb --build --root-owner-group -Znone "$work" "$dir/earlier.deb" >/dev/null
  put "$dir/earlier.deb" /packages/earlier.deb
}

install_packages() { quietly "package-test-install-$codename" inside apt-get -q install --yes "$@"; }

votes() { page http://127.0.0.1:8081/api/tally | grep -o '"total": *[0-9]*' | grep -o '[0-9]*'; }
has_votes() { [[ $(votes) == "$1" ]]; }
cast_vote() { page "http://127.0.0.1:${2:-8080}/" --data "vote=$1" --output /dev/null; }

# Faster than a person: without reset-failed, systemd rejects the sixth start within ten seconds.
restart() {
  inside systemctl reset-failed pollux 2>/dev/null || true
  inside systemctl restart pollux
}

# A newcomer's first minute: install the file, open the page, vote.
test_first_vote() {
  local from=$SECONDS
  install_packages /packages/pollux.deb
  await 20 "the vote page" page http://127.0.0.1:8080/
  cast_vote a
  await 10 "one vote in the results" has_votes 1
  ok "installed, started and voted within $((SECONDS - from)) s"
}

test_settings() {
  inside sed -i 's/^#\(POLLUX_VOTE_LISTEN=\).*/\1127.0.0.1:8090/' /etc/default/pollux
  restart
  await 20 "the configured port" page http://127.0.0.1:8090/
  has_votes 1 || not_ok "a restart lost the vote"
  ok "/etc/default/pollux is read, and the vote is still there"

  inside sed -i 's/^#QUESTION=.*/QUESTION="Tea or coffee, dear friends?"/' /etc/default/pollux
  restart 2>/dev/null || true  # it may notice the early end
  await 20 "the reason in the journal" journal_has pollux "another question\|--new-run"
  inside systemctl set-environment ONCE=--new-run
  restart
  inside systemctl unset-environment ONCE
  await 20 "the new question" page http://127.0.0.1:8090/
  await 10 "no vote in the new run" has_votes 0
  cast_vote b 8090
  await 10 "one vote in the new run" has_votes 1
  ok "another question needs --new-run, once"

  inside systemctl stop pollux
  inside pollux reset --database /var/lib/pollux/pollux.db --yes >/dev/null
  restart
  await 20 "the page after the reset" page http://127.0.0.1:8090/
  has_votes 0 || not_ok "votes after a reset"
  cast_vote b 8090
  await 10 "one vote after the reset" has_votes 1
  ok "a reset by root deletes the votes, and the service can still write"

  echo 'POLLUX_LOG_LEVEL=loud' | inside tee -a /etc/default/pollux >/dev/null
  restart 2>/dev/null || true
  await 20 "the fault in the journal" journal_has pollux "POLLUX_LOG_LEVEL in the environment is"
  await 20 "the service to stay stopped" state_is pollux failed
  inside sed -i '/loud/d' /etc/default/pollux
  restart
  await 20 "the page after the correction" page http://127.0.0.1:8090/
  ok "an invalid setting is in the journal, and the service is not restarted again and again"
}

test_crash() {
  local before
  before=$(main_pid pollux)
  inside sh -c "kill -KILL $before"
  await 20 "another process" is_another_process pollux "$before"
  await 20 "the vote after the crash" has_votes 1
  ok "a killed process is replaced, and its votes are there"
}

test_upgrade() {
  local before
  inside apt-get -q remove --yes pollux >/dev/null
  inside mv /etc/default/pollux /root/configured
  put_earlier_version
  inside dpkg --purge pollux >/dev/null  # also the votes
  install_packages /packages/earlier.deb
  inside cp /root/configured /etc/default/pollux
  inside sed -i '/^QUESTION/d' /etc/default/pollux
  restart
  await 20 "the earlier version" page http://127.0.0.1:8090/
  cast_vote a 8090
  await 10 "a vote" has_votes 1
  before=$(main_pid pollux)

  install_packages -o Dpkg::Options::=--force-confold /packages/pollux.deb
  await 20 "a new process after the upgrade" is_another_process pollux "$before"
  await 20 "the configured port after the upgrade" page http://127.0.0.1:8090/
  has_votes 1 || not_ok "the upgrade lost the vote"
  ok "an upgrade restarts the service and keeps votes and configuration"
}

# The files that have our name, without what apt, dpkg and the journal keep for themselves.
remaining() {
  inside find / -xdev \( -path /proc -o -path /sys -o -path /packages -o -path /var/cache/apt -o -path /var/lib/dpkg \
    -o -path '/var/lib/systemd/deb-systemd-helper-*' -o -path /var/log -o -path /root \
    -o -path /run \) -prune -o -iname '*pollux*' -print | sort
}

test_removal() {
  local left
  inside apt-get -q remove --yes pollux >/dev/null
  state_is pollux inactive || not_ok "the service runs after the removal"
  left=$(remaining | grep -v -x -E \
    '/etc/default/pollux(\.dpkg-dist)?|/etc/systemd/system/multi-user\.target\.wants/pollux\.service|/var/lib/(private/)?pollux(/.*)?' || true)
  [[ -z $left ]] || not_ok "left after the removal: $left"
  install_packages /packages/pollux.deb
  await 20 "the vote after the reinstallation" has_votes 1
  ok "a removal leaves configuration and votes, which a reinstallation uses"

  quietly "package-test-purge-$codename" inside apt-get -q purge --yes pollux
  left=$(remaining)
  [[ -z $left ]] || not_ok "left after the purge: $left"
  ok "a purge leaves nothing"
}

lower=$(package_root "$codename" test systemd-sysv)
download_dependencies "$lower"
power_on "$lower"
test_first_vote
test_process pollux
test_pages
test_settings
test_crash
test_upgrade
test_removal
test_services
power_off
trap - EXIT
say "Packages of $codename: $tested passed, 0 failed, in $(seconds_since "$started") s."
