# Completion of mailtls for fish: source it, or put it into ~/.config/fish/completions.
# Made by `mailtls completion fish` from the program's own commands and options.

# Ids of the file that stands in the word already, else of the folder scenarios; and files.
function __mailtls_ids
    set -l program (commandline -opc)[1]
    set -l value (commandline -ct | string unescape)
    set -l from scenarios
    string match -q '*.lua*' -- $value; and set from (string replace -r '\.lua.*' '.lua' -- $value)
    $program list $from 2>/dev/null
    string match -q '*::*' -- $value; or __fish_complete_path $value
end

@TREE@
