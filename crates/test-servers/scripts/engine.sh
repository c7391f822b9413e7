#!/usr/bin/env bash
# Debian's Docker engine by hand, for machines without an init system that would run it.
#
#   engine.sh start   start dockerd unless an engine answers already
#   engine.sh stop    stop the one that `start` started, and undo what it did to the network
#
# Root only. Its data stay in .cache/engine (an ignored folder), so the next start has its images.
# Published ports bind 127.0.0.1 unless a container asks for something else.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../../.." && pwd)
dir=${TEST_ENGINE_FOLDER:-$top/.cache/engine}
socket=/var/run/docker.sock

say() { echo "engine: $*" >&2; }
answers() { curl --silent --fail --max-time 5 --unix-socket "$socket" http://docker/_ping >/dev/null 2>&1; }
alive() { [[ -f $dir/pid ]] && kill -0 "$(<"$dir/pid")" 2>/dev/null; }

require() {
  if command -v dockerd >/dev/null && command -v iptables-save >/dev/null && command -v curl >/dev/null; then
    return
  fi
  say "installing docker.io, iptables and curl (Debian packages)"
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -q && apt-get install -y -q --no-install-recommends docker.io iptables ca-certificates curl; } >&2
}

start() {
  if [[ -S $socket ]] && command -v curl >/dev/null && answers; then
    say "one answers at $socket already; nothing started"
    return
  fi
  [[ $(id -u) == 0 ]] || { say "only root can start one"; exit 1; }
  require
  mkdir -p "$dir"
  # What `stop` puts back. If the last one was never stopped, what it saved is still the truth.
  if [[ ! -f $dir/iptables ]]; then
    iptables-save >"$dir/iptables.part"
    cat /proc/sys/net/ipv4/ip_forward >"$dir/ip_forward"
    mv "$dir/iptables.part" "$dir/iptables"
  fi
  rm -f "$dir/pid"
  setsid dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" \
    -H "unix://$socket" --ip 127.0.0.1 >"$dir/log" 2>&1 </dev/null &
  local daemon=$! tries=0
  until answers; do
    tries=$((tries + 1))
    if ! kill -0 "$daemon" 2>/dev/null || [[ $tries -gt 300 ]]; then
      say "dockerd did not start; the end of $dir/log:"
      tail -n 20 "$dir/log" >&2
      kill "$daemon" 2>/dev/null || true
      undo
      exit 1
    fi
    sleep 0.1
  done
  say "started ($dir/log)"
}

stop() {
  if [[ ! -f $dir/iptables ]]; then
    say "none of ours runs"
    return
  fi
  if alive; then
    local pid tries=0
    pid=$(<"$dir/pid")
    kill "$pid"
    while kill -0 "$pid" 2>/dev/null; do
      tries=$((tries + 1))
      [[ $tries -lt 300 ]] || { say "it does not end; killing it"; kill -KILL "$pid"; }
      sleep 0.1
    done
  fi
  undo
  say "stopped; images are kept in $dir/data"
}

# Mounts, the bridge, the filter rules and the forwarding that the engine leaves behind.
undo() {
  local mount
  while read -r mount; do
    umount -l "$mount" || say "cannot unmount $mount"
  done < <(awk -v dir="$dir/" 'index($2, dir) == 1 { print $2 }' /proc/mounts | sort -r)
  ip link del docker0 2>/dev/null || true
  local table
  for table in filter nat; do
    # A table that did not exist is not in the copy, and restoring would leave it as it is.
    grep -q "^\*$table" "$dir/iptables" || {
      [[ $table != filter ]] || iptables -P FORWARD ACCEPT
      iptables -t "$table" -F && iptables -t "$table" -X
    }
  done
  if iptables-restore <"$dir/iptables"; then
    cat "$dir/ip_forward" >/proc/sys/net/ipv4/ip_forward
    rm -f "$dir/iptables" "$dir/ip_forward"
  else
    say "cannot put the filter rules back; they are in $dir/iptables"
  fi
}

case ${1:-} in
  start) start ;;
  stop) stop ;;
  *)
    sed -n '2,8p' "${BASH_SOURCE[0]}" >&2
    exit 2
    ;;
esac
