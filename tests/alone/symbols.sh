#!/bin/sh
# symbols.sh NM ARCHIVE...: what the core's archives ask of the system. Fails where one asks for
# what a browser's page does not have.
set -eu
nm=$1
shift
forbidden='fork|vfork|exec[lv]p?e?|waitpid|wait|pipe2?|kill|posix_spawn|system|popen'
forbidden="$forbidden|open(64)?|openat|fopen(64)?|freopen|read|unlink|rename|mkdir|stat|mmap(64)?"
forbidden="$forbidden|std::filesystem::.*|std::(__cxx11::)?basic_[io]?f(stream|ilebuf)<.*"
forbidden="$forbidden|pthread_create|std::thread::.*|std::condition_variable::.*"
forbidden="$forbidden|socket|connect|getaddrinfo|poll|select|epoll_.*"
forbidden="$forbidden|time|gettimeofday|clock_gettime|clock|std::chrono::.*::now\\(\\)"
forbidden="$forbidden|getrandom|rand|random|getenv|secure_getenv|std::random_device::.*"
forbidden="$forbidden|gv[A-Z].*|ag[a-z]+"
found=$("$nm" -A -u -C "$@" 2>/dev/null |
    sed -E 's/^([^ ]*): *[Uvw] (.*)$/\2\t\1/; s/@[A-Z_0-9.]+//' |
    grep -E "^($forbidden)	" || true)
"$nm" -u -C "$@" | grep -q std::terminate || { echo "nm told of nothing"; exit 1; }
[ -z "$found" ] || { printf 'the core must not ask for:\n%s\n' "$found"; exit 1; }
