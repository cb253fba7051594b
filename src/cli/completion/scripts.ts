import { COMPLETE_WORD, type Shell } from './shell-line.ts';

/**
 * What a shell has to be told once. The scripts know nothing of commands: they hand over the line up to the cursor and
 * take what comes back as it is. Nothing typed or received is ever evaluated, so that a name of a server cannot become a
 * command.
 */
export const COMPLETION_SCRIPTS: { readonly [S in Shell]: string } = {
  bash: `# bash completion of prom-tutor. For this session: source <(prom-tutor completion bash)
# For good: prom-tutor completion bash > ~/.local/share/bash-completion/completions/prom-tutor
_prom_tutor() {
  local kind='' row
  COMPREPLY=()
  {
    IFS= read -r kind
    while IFS= read -r row; do COMPREPLY+=("$row"); done
  } < <(command prom-tutor ${COMPLETE_WORD} bash "\${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
  # The bash of macOS is older than compopt.
  type compopt >/dev/null 2>&1 || return 0
  case $kind in
    files) compopt -o default ;;
    folders) compopt -o dirnames ;;
    *nospace) compopt -o nospace ;;
  esac
}
complete -F _prom_tutor prom-tutor`,

  zsh: `#compdef prom-tutor
# zsh completion of prom-tutor. For this session: source <(prom-tutor completion zsh)
# For good: prom-tutor completion zsh > a folder of $fpath/_prom-tutor
_prom_tutor() {
  local row kind
  local -a rows values shown suffix
  rows=("\${(@f)$(command prom-tutor ${COMPLETE_WORD} zsh "$LBUFFER" 2>/dev/null)}")
  kind=\${rows[1]}
  case $kind in
    files) _files; return ;;
    folders) _files -/; return ;;
    *nospace) suffix=(-S '') ;;
  esac
  for row in "\${(@)rows[2,-1]}"; do
    values+=("\${row%%$'\\t'*}")
    if [[ -n \${row#*$'\\t'} ]]; then shown+=("\${row/$'\\t'/  -- }"); else shown+=("\${row%%$'\\t'*}"); fi
  done
  (( \${#values} )) && compadd -l -V prom-tutor "\${suffix[@]}" -d shown -a values
}
if [[ \${funcstack[1]} == _prom-tutor ]]; then
  _prom_tutor "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _prom_tutor prom-tutor
fi`,

  fish: `# fish completion of prom-tutor. For this session: prom-tutor completion fish | source
# For good: prom-tutor completion fish > ~/.config/fish/completions/prom-tutor.fish
function __prom_tutor_complete
    set -l rows (command prom-tutor ${COMPLETE_WORD} fish (commandline -cp | string collect) 2>/dev/null)
    test (count $rows) -gt 0; or return
    switch $rows[1]
        case files
            __fish_complete_path (commandline -ct)
        case folders
            __fish_complete_directories (commandline -ct) ''
        case '*'
            test (count $rows) -gt 1; and printf '%s\\n' $rows[2..-1]
    end
end
complete -c prom-tutor -f -a '(__prom_tutor_complete)'`,

  powershell: `# PowerShell completion of prom-tutor; written from its documentation and not tried.
# For good: prom-tutor completion powershell >> $PROFILE
Register-ArgumentCompleter -Native -CommandName prom-tutor -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $text = $commandAst.Extent.Text
    $length = $cursorPosition - $commandAst.Extent.StartOffset
    if ($length -gt $text.Length) { $text = $text.PadRight($length) }
    $env:PROM_TUTOR_COMPLETE = $text.Substring(0, $length)
    try { $rows = @(prom-tutor ${COMPLETE_WORD} powershell 2>$null) }
    finally { Remove-Item Env:PROM_TUTOR_COMPLETE }
    $rows | Select-Object -Skip 1 | ForEach-Object {
        $value, $help = $_ -split "\`t", 2
        if (-not $help) { $help = $value }
        [System.Management.Automation.CompletionResult]::new($value, $value, 'ParameterValue', $help)
    }
}`,
};
