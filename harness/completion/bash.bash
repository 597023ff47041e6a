# Completion of mailtls for bash: source it, or put it where bash-completion looks for it.
# Made by `mailtls completion bash` from the program's own commands and options.

@TREE@
# Cuts the line before the cursor into `words`, without their quotes; the last is being written.
# `open` is the quote that it stands in, `kept` how much of it bash keeps as it is.
_mailtls_split() {
    local line=${COMP_LINE:0:COMP_POINT} at c word= begun= outside=0
    words=() open= kept=0
    for ((at = 0; at < ${#line}; at++)); do
        c=${line:at:1}
        if [[ $c == \\ && $open != "'" ]]; then
            ((++at))
            word+=${line:at:1} begun=1
        elif [[ $open && $c == "$open" ]]; then
            open= kept=$outside
        elif [[ $open ]]; then
            word+=$c
        elif [[ $c == [\'\"] ]]; then
            open=$c begun=1 outside=$kept kept=${#word}
        elif [[ $c == [[:space:]] ]]; then
            [[ $begun ]] && words+=("$word")
            word= begun= kept=0
        else
            word+=$c begun=1
            [[ $c == [:=] && $COMP_WORDBREAKS == *"$c"* ]] && kept=${#word}
        fi
    done
    words+=("$word")
}

# Offers those of its arguments with which the word can go on.
_mailtls_offer() {
    local word=${words[-1]} c
    for c; do
        c=$prefix$c
        [[ $c == "$word"* ]] || continue
        c=${c:kept}
        case $open in
        \') c=${c//\'/\'\\\'\'} ;;
        \")
            c=${c//\\/\\\\}
            c=${c//\"/\\\"}
            c=${c//\$/\\\$}
            c=${c//\`/\\\`}
            ;;
        *) printf -v c %q "$c" ;;
        esac
        COMPREPLY+=("$c")
    done
}

# Ids of the file that stands in the word already, else of the folder scenarios.
_mailtls_ids() {
    local value=${words[-1]#"$prefix"} from=scenarios ids
    [[ $value == *.lua* ]] && from=${value%%.lua*}.lua
    mapfile -t ids < <("${words[0]}" list "$from" 2>/dev/null)
    _mailtls_offer "${ids[@]}"
}

_mailtls() {
    local words open kept prefix= command= before= switches=() wants= values=() word
    COMPREPLY=()
    _mailtls_split
    for word in "${words[@]:1:${#words[@]}-2}"; do
        [[ $command || $word == -* ]] || command=$word
        before=$word
    done
    _mailtls_switches "$command"
    word=${words[-1]}
    if [[ $word == --*=* ]]; then
        prefix=${word%%=*}=
        _mailtls_wants "$command" "${word%%=*}"
    elif [[ $before == -* ]] && _mailtls_wants "$command" "$before" && [[ $wants ]]; then
        :
    elif [[ $word == -* ]]; then
        wants=values values=("${switches[@]}")
    elif [[ ! $command ]]; then
        wants=values values=("${commands[@]}")
    else
        _mailtls_wants "$command" ''
    fi
    case $wants in
    values) _mailtls_offer "${values[@]}" ;;
    ids) _mailtls_ids ;;
    esac
    # Names of files are bash's own affair.
    [[ $wants == files || $wants == ids ]] || compopt +o default 2>/dev/null
}
complete -o default -F _mailtls mailtls
