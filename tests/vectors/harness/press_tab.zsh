# zsh -f press_tab.zsh PROGRAM LINE...: presses Tab in a zsh of its own, and prints what each line has
# become, with a semicolon behind it.
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "path=(${1:h} \$path); autoload -Uz compinit; compinit -D -u"
zpty -w z "source <(mailtls completion zsh); unset zle_bracketed_paste; stty -echo"
zpty -w z "show() { print -r -- \"\$BUFFER;\" >out; BUFFER=; zle accept-line }; zle -N show"
zpty -w z "bindkey '^X' show; bindkey '^I' complete-word; print >ready"
while [[ ! -s ready ]]; do sleep 0.1; done
for line in "${@:2}"; do
  rm -f out
  zpty -w -n z "$line"$'\t\C-x'
  for i in {1..100}; do [[ -s out ]] && break; sleep 0.1; done
  print -r -- "$(<out)"
  zpty -r -t z junk
done
zpty -d z
