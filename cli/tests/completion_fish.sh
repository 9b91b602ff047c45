# A line for each verb, and one for each of its options.
holdall completion fish | grep -e '-a cat ' -e 'seen_subcommand_from cat'
