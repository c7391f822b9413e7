#!/usr/bin/env bash
# Images under their official names, where nothing can be pulled: from Debian packages and Maven.
#
#   images/build.sh [keycloak|postgres|hasura-standin]...   all of them unless named
#
# An image of the same recipe is not built again, and one that its makers built is left alone.
# Ours say so in the label `test-servers.own-image`, which every test report prints. Hasura cannot be
# built from packages: in its place there is the project's stand-in, under a name of its own.
# Needs an engine (scripts/engine.sh), mmdebstrap (root), Maven and Rust, each for its image.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TEST_SERVERS_CACHE:-$here/../../../.cache/test-servers}/images
keycloak_version=26.4.7
keycloak_image=quay.io/keycloak/keycloak:26.4
postgres_image=postgres:15
standin_image=hasura-standin:test
label=test-servers.own-image

say() { echo "images: $*" >&2; }

# Debian's client has BuildKit without a plugin; one from elsewhere may not.
docker() {
  local client=/usr/bin/docker
  [[ -x $client ]] || client=docker
  DOCKER_BUILDKIT=1 command "$client" "$@"
}

require() {
  command -v "$1" >/dev/null && return
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    say "installing $2 (Debian package)"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$2" >&2
  else
    say "$1 is missing: install $2"
    exit 1
  fi
}

# recipe FILE... : one hash over all of them
recipe() { cat "$@" | sha256sum | cut -c1-16; }

# wanted IMAGE RECIPE : false if it is there as it should be, or is not ours to replace
wanted() {
  local have
  have=$(docker image inspect --format "{{ index .Config.Labels \"$label\" }}" "$1" 2>/dev/null) || return 0
  case $have in
    *"recipe $2"*) say "$1 is there (recipe $2)"; return 1 ;;
    "") say "$1 is there and not built by us: left alone"; return 1 ;;
    *) return 0 ;;
  esac
}

# debian IMAGE HASH PACKAGE... : a Debian with these packages, without a base image
debian() {
  local image=$1 hash=$2 packages
  shift 2
  packages=$(IFS=, && echo "$*")
  require mmdebstrap mmdebstrap
  say "building $image (Debian packages)"
  # shellcheck disable=SC2016 # the hooks' $1 is mmdebstrap's
  mmdebstrap --quiet --variant=minbase "--include=$packages" \
    --aptopt='Acquire::Languages "none"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/locale/*' \
    --dpkgopt='path-include=/usr/share/locale/locale.alias' \
    --setup-hook='mkdir -p "$1/usr/share/man/man1"' \
    --customize-hook='rm -rf "$1"/var/lib/apt/lists/*' bookworm - |
    docker import -c 'CMD ["/bin/bash"]' -c "LABEL $label=\"recipe $hash\"" - "$image" >&2
}

# java : what Keycloak runs on
java() {
  local image=test-servers/java:bookworm hash
  hash=$(recipe "${BASH_SOURCE[0]}")
  if wanted "$image" "$hash"; then debian "$image" "$hash" ca-certificates openjdk-17-jre-headless; fi
}

keycloak() {
  local hash context
  hash=$(recipe "${BASH_SOURCE[0]}" "$here/keycloak/Dockerfile")
  if ! wanted "$keycloak_image" "$hash"; then return; fi
  java
  require mvn maven
  context=$cache/keycloak
  rm -rf "$context"
  mkdir -p "$context"
  say "unpacking Keycloak $keycloak_version (Maven)"
  mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:unpack \
    "-Dartifact=org.keycloak:keycloak-quarkus-dist:$keycloak_version:zip" "-DoutputDirectory=$context" >&2
  mv "$context/keycloak-$keycloak_version" "$context/keycloak"
  say "building $keycloak_image"
  docker build --quiet --network none --build-arg BASE=test-servers/java:bookworm \
    --label "$label=Keycloak $keycloak_version from Maven on Debian bookworm, recipe $hash" \
    --tag "$keycloak_image" --file "$here/keycloak/Dockerfile" "$context" >&2
  rm -rf "$context"
}

postgres() {
  local hash base=test-servers/postgres-base:bookworm
  hash=$(recipe "${BASH_SOURCE[0]}" "$here/postgres/Dockerfile" "$here/postgres/entrypoint.sh")
  if ! wanted "$postgres_image" "$hash"; then return; fi
  debian "$base" "$hash" postgresql-15
  say "building $postgres_image"
  docker build --quiet --network none --build-arg BASE="$base" \
    --label "$label=PostgreSQL 15 from Debian bookworm, recipe $hash" \
    --tag "$postgres_image" "$here/postgres" >&2
}

# The libraries of the machine that built it come along, so it runs wherever a kernel does.
hasura-standin() {
  local program context library hash
  (cd "$here" && cargo build --quiet --package hasura-standin >&2)
  program=$(cd "$here" && cargo metadata --format-version 1 --no-deps | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')
  program=$program/debug/hasura-standin
  hash=$(recipe "$program" "${BASH_SOURCE[0]}" "$here/hasura-standin/Dockerfile")
  if ! wanted "$standin_image" "$hash"; then return; fi
  context=$cache/hasura-standin
  rm -rf "$context"
  mkdir -p "$context/root"
  cp "$program" "$context/root/"
  strip --strip-debug "$context/root/hasura-standin" 2>/dev/null || true
  for library in $(ldd "$program" | grep -o '/[^ ]*'); do
    cp --parents --dereference "$library" "$context/root"
  done
  # Its client for key sets wants roots, whether or not it meets TLS.
  cp --parents --dereference /etc/ssl/certs/ca-certificates.crt "$context/root"
  say "building $standin_image"
  docker build --quiet --network none \
    --label "$label=the project's stand-in for Hasura, recipe $hash" \
    --tag "$standin_image" --file "$here/hasura-standin/Dockerfile" "$context" >&2
  rm -rf "$context"
}

[[ $# -gt 0 ]] || set -- keycloak postgres hasura-standin
for part in "$@"; do
  case $part in
    keycloak | postgres | hasura-standin) "$part" ;;
    *) say "there is no image \`$part\`; there are: keycloak, postgres, hasura-standin"; exit 2 ;;
  esac
done
