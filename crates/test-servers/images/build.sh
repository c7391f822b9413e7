#!/usr/bin/env bash
# Images under their official names, where nothing can be pulled: from Debian packages and Maven.
#
#   images/build.sh [keycloak]...   all of them unless named
#
# An image of the same recipe is not built again, and one that its makers built is left alone.
# Ours say so in the label `test-servers.own-image`, which every test report prints.
# Needs an engine (scripts/engine.sh), mmdebstrap (root) and Maven.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${TEST_SERVERS_CACHE:-$here/../../../.cache/test-servers}/images
keycloak_version=26.4.7
keycloak_image=quay.io/keycloak/keycloak:26.4
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

# java : a Debian with a Java runtime, made from packages without a base image
java() {
  local image=test-servers/java:bookworm hash
  hash=$(recipe "${BASH_SOURCE[0]}")
  if wanted "$image" "$hash"; then
    require mmdebstrap mmdebstrap
    say "building $image (Debian packages)"
    # shellcheck disable=SC2016 # the hooks' $1 is mmdebstrap's
    mmdebstrap --quiet --variant=minbase --include=ca-certificates,openjdk-17-jre-headless \
      --aptopt='Acquire::Languages "none"' \
      --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
      --dpkgopt='path-exclude=/usr/share/locale/*' \
      --dpkgopt='path-include=/usr/share/locale/locale.alias' \
      --setup-hook='mkdir -p "$1/usr/share/man/man1"' \
      --customize-hook='rm -rf "$1"/var/lib/apt/lists/*' bookworm - |
      docker import -c 'CMD ["/bin/bash"]' -c "LABEL $label=\"recipe $hash\"" - "$image" >&2
  fi
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

for part in "${@:-keycloak}"; do
  case $part in
    keycloak) keycloak ;;
    *) say "there is no image \`$part\`; there is: keycloak"; exit 2 ;;
  esac
done
