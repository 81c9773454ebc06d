# shellcheck shell=bash
# Programs built from Go modules, for tests: those that Debian does not package.
#
# A module is a folder with go.mod, go.sum and a file `programs`, which has one line per program: its name, its package, and
# variables set by the linker (go build -ldflags -X). An optional script `prepare.sh DIR` completes a copy of the module in
# DIR before the build.
#
# The file `modules` of tests/kubernetes/tools has modules of which only files are needed: schemas and resource definitions.
#
# Built programs are cached in the user's cache folder, by a hash of the module's files.

go_modules=(tests/pipeline/tools tests/kubernetes/cluster tests/kubernetes/tools tests/monitoring/collector
  tests/monitoring/schema)
go_modules_on_demand=(scripts/supply/tools scripts/supply/cosign)  # not built by ./dev prebuild
go_cache=${XDG_CACHE_HOME:-$HOME/.cache}/pollux/go

# go_program NAME: prints the path of the program, and builds it first if needed.
go_program() {
  local name=$1 module dir
  module=$(go_module_of "$name") ||
    fail "No Go program is called '$name': see ${go_modules[*]/%//programs} ${go_modules_on_demand[*]/%//programs}."
  dir=$(go_program_dir "$module")
  if [[ ! -x $dir/$name ]]; then (build_go_program "$module" "$name" "$dir") >&2 || return 1; fi
  touch -c "$dir"  # marks it as used: see remove_old_go_programs
  printf '%s\n' "$dir/$name"
}

go_module_of() {
  local module
  for module in "${go_modules[@]}" "${go_modules_on_demand[@]}"; do
    if [[ -e $root/$module/programs ]] && grep -q "^$1 " "$root/$module/programs"; then
      printf '%s\n' "$module"
      return
    fi
  done
  return 1
}

# go_module_dir MODULE@VERSION: prints the folder of the module, which is downloaded if needed.
go_module_dir() {
  local dir
  dir=$(cd / && GOFLAGS=-mod=mod go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [[ -d $dir ]] || fail "The Go module $1 could not be downloaded; go mod download $1 shows the reason."
  printf '%s\n' "$dir"
}

# go_module_files NAME: the same for a module of tests/kubernetes/tools/modules.
go_module_files() { go_module_dir "$(sed -n "s/^$1 //p" "$root/tests/kubernetes/tools/modules")"; }

# The files of a module that determine its programs.
go_sources() {
  find "$1" -type f \( -name '*.go' -o -name go.mod -o -name go.sum -o -name programs -o -name prepare.sh \) \
    -printf '%P\n' | LC_ALL=C sort
}

go_program_dir() {
  local module=$root/$1 hash
  hash=$(cd "$module" && go_sources . | tr '\n' '\0' | xargs -0 sha256sum | sha256sum)
  printf '%s\n' "$go_cache/${module##*/}-${hash:0:16}"
}

# build_go_program MODULE NAME DIR: run in a subshell, which limits the lock and the exports of the toolchain.
build_go_program() {
  local module=$1 name=$2 dir=$3 package assignments started=$SECONDS
  mkdir -p "$dir"
  exec {go_lock}>"$go_cache/${module##*/}.lock"
  if ! flock --nonblock "$go_lock"; then
    say "Waiting for another build of the Go programs in $module."
    flock --wait 3600 "$go_lock" || fail "Another build of the Go programs in $module has held the lock for an hour."
  fi
  if [[ -x $dir/$name ]]; then return; fi

  go_toolchain "$root/$module/go.mod"
  prepare_go_module "$module" "$dir/source"
  remove_old_go_programs "$module" "$dir"
  read -r _ package assignments < <(grep "^$name " "$root/$module/programs")
  say "Building the Go program $name; without a Go build cache this takes minutes."
  # Only tests use these programs: no DWARF, no inlining and a rarer garbage collection save two fifths of the compile time.
  (cd "$dir/source" && CGO_ENABLED=0 GOFLAGS='' GOGC=400 nice go build -v -trimpath -buildvcs=false \
    -gcflags='all=-dwarf=false -l' -ldflags "-s -w ${assignments:+-X ${assignments// / -X }}" -o "$dir/.$name" "$package") 2>&1 |
    report_go_build "$name" "$dir/$name.log" || show_and_fail "$dir/$name.log" "Building $name failed"
  mv "$dir/.$name" "$dir/$name"
  say "Built $name in $(seconds_since "$started") s."
}

# show_and_fail LOG WHAT
show_and_fail() {
  tail -n 20 "$1" >&2
  fail "$2; the whole output is in $1."
}

# report_go_build NAME LOG: writes the build's output to LOG and prints the progress every 20 seconds.
report_go_build() {
  local line packages=0 started=$SECONDS next=$((SECONDS + 20))
  while IFS= read -r line; do
    printf '%s\n' "$line"
    packages=$((packages + 1))
    if ((SECONDS >= next)); then
      say "  $1: $packages packages compiled or downloaded in $(seconds_since "$started") s"
      next=$((SECONDS + 20))
    fi
  done >"$2"
}

# prepare_go_module MODULE COPY: makes a complete copy of the module, once.
prepare_go_module() {
  local module=$root/$1 copy=$2
  if [[ -d $copy ]]; then return; fi
  rm -rf "$copy.new"
  mkdir -p "$copy.new"
  (cd "$module" && go_sources . | tr '\n' '\0' | xargs -0 cp --parents --target-directory "$copy.new") ||
    fail "The Go module $module could not be copied to $copy.new."
  if [[ -e $copy.new/prepare.sh ]]; then
    bash "$copy.new/prepare.sh" "$copy.new" >"$copy.log" 2>&1 || show_and_fail "$copy.log" "$module/prepare.sh failed"
  fi
  mv "$copy.new" "$copy"
}

# Removes programs of other versions of a module that have not been used for a week.
remove_old_go_programs() {
  find "$go_cache" -maxdepth 1 -name "${1##*/}-*" ! -path "$2" -mtime +7 -exec rm -rf {} +
}

# go_toolchain GO_MOD: puts a Go that is new enough for the module onto PATH. An older one downloads the newer one, which is
# a Go module itself.
go_toolchain() {
  local wanted have toolchain arch dir
  if ! command -v go >/dev/null; then install_for go; fi
  command -v go >/dev/null || fail "Go is missing: install Go $(go_version_of "$1") or newer."
  wanted=$(go_version_of "$1")
  export GOTOOLCHAIN=local
  have=$(go env GOVERSION)
  if [[ $(printf '%s\n' "$wanted" "${have#go}" | sort -V | head -n 1) == "$wanted" ]]; then return; fi

  arch=$(go env GOARCH)
  toolchain=golang.org/toolchain@v0.0.1-go$wanted.linux-$arch
  say "This machine has ${have/#go/Go } and Go $wanted is needed: downloading it as a Go module."
  dir=$(cd / && GOFLAGS=-mod=mod go mod download -json "$toolchain" | sed -n 's/^\t"Dir": "\(.*\)",$/\1/p')
  [[ -d $dir ]] || fail "Go $wanted could not be downloaded; go mod download $toolchain shows the reason."
  # Go before 1.21 unpacks modules without execute permission.
  if [[ ! -x $dir/bin/go ]]; then chmod -R u+w "$dir" && chmod +x "$dir"/bin/* "$dir"/pkg/tool/*/*; fi
  export PATH="$dir/bin:$PATH" GOROOT="$dir"
}

go_version_of() { sed -n 's/^go \([0-9.]*\)$/\1/p' "$1"; }
