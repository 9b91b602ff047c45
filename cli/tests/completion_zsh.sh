holdall completion zsh | sed -n '/^    keep)/,/;;/p'
