#compdef mailtls
# Completion of mailtls for zsh: a file _mailtls in a folder of $fpath.
# Made by `mailtls completion zsh` from the program's own commands and options.

# Ids of the file that stands in the word already, else of the folder scenarios; else files.
_mailtls_ids() {
  local value=${(Q)PREFIX} from=scenarios
  local -a ids
  [[ $value == *.lua* ]] && from=${value%%.lua*}.lua
  ids=("${(@f)$($_mailtls_program list $from 2>/dev/null)}")
  compadd -a ids || _files
}

@TREE@
_mailtls() {
  local curcontext=$curcontext context state state_descr line _mailtls_program=${(Q)words[1]}
  local -i found=1
  typeset -A opt_args
  _mailtls_top
  if [[ $state == rest ]] && (( $+functions[_mailtls_at_$words[1]] )); then
    _mailtls_at_$words[1] && found=0
  fi
  return found
}

[[ $zsh_eval_context[-1] == loadautofunc ]] && _mailtls "$@" || compdef _mailtls mailtls
