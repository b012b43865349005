# Where the scripts of this folder find their tools. Sourced from the root of the repository; no effects of its own.

# A clone that belongs to somebody else makes git refuse to tell its version, and go build with it.
export GOFLAGS="${GOFLAGS:--buildvcs=false}"

# golangci-lint takes minutes to compile, so its binary is kept, named by the version and by the compiler that built it.
LINT_VERSION=$(sed -n 's|^\s*github.com/golangci/golangci-lint/v2 \(v[^ ]*\).*|\1|p' .tools/go.mod)
LINT=.cache/bin/golangci-lint-$LINT_VERSION-$(go env GOVERSION 2>/dev/null || true)

# postgres_bin prints the newest folder of PostgreSQL's server programs, or nothing.
postgres_bin() {
  local found
  found=$(find /usr/lib/postgresql -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -1)
  [[ -z $found ]] && found=$(command -v initdb || true)
  [[ -n $found ]] && dirname "$found"
  return 0
}

# chromium_bin prints the path of Chromium, or nothing.
chromium_bin() {
  command -v chromium || command -v chromium-browser || command -v google-chrome || true
}
