#include "shell_completion.h"

#include <algorithm>

namespace holdall::cli {
namespace {

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : separator) + word;
  return text;
}

// In single quotes, for any of the three shells.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + "'";
}

// What the generic part of a script does with a word: "files", "tensors", "name size", "".
std::string words_for(const Option& option) {
  if (!option.choices.empty()) return joined(option.choices, " ");
  switch (option.completion) {
    case Completion::kNone: return "";
    case Completion::kFiles: return "@files";
    case Completion::kDirectories: return "@directories";
    case Completion::kTensors: return "@tensors";
  }
  return "";
}

std::string visible_names(std::span<const Verb> verbs) {
  std::vector<std::string> names;
  for (const Verb& verb : verbs) {
    if (!verb.is_hidden) names.push_back(verb.name);
  }
  return joined(names, " ");
}

constexpr std::string_view kBashFront = R"(# bash completion of holdall

_holdall_complete() {  # what, checkpoint, word
  case "$1" in
    @files) mapfile -t COMPREPLY < <(compgen -f -- "$3") ;;
    @directories) mapfile -t COMPREPLY < <(compgen -d -- "$3") ;;
    @tensors) mapfile -t COMPREPLY < <(holdall __complete "$2" "$3" 2>/dev/null) ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$1" -- "$3") ;;
  esac
}

_holdall() {
  local word="${COMP_WORDS[COMP_CWORD]}" verb="" option="" options="" first i
  local -a given=() positionals=()
  local -A values=()
  COMPREPLY=()
  # Readline takes what stands behind SCOPE= for a word of its own.
  if [[ $word == "=" ]]; then word=""; fi
  for ((first = 1; first < COMP_CWORD; ++first)); do
    if [[ " $_holdall_verbs " == *" ${COMP_WORDS[first]} "* ]]; then
      verb="${COMP_WORDS[first]}"
      break
    fi
  done
  if [[ -z $verb ]]; then
    _holdall_complete "$_holdall_verbs --help --version" "" "$word"
    return
  fi
  case "$verb" in
)";

constexpr std::string_view kBashBack = R"(  esac
  for ((i = first + 1; i < COMP_CWORD; ++i)); do
    if [[ -n $option ]]; then
      option=""
    elif [[ -v "values[${COMP_WORDS[i]}]" ]]; then
      option="${COMP_WORDS[i]}"
    elif [[ ${COMP_WORDS[i]} != -* ]]; then
      given+=("${COMP_WORDS[i]}")
    fi
  done
  if [[ -n $option ]]; then
    _holdall_complete "${values[$option]}" "" "$word"
  elif [[ $word == -* ]]; then
    _holdall_complete "$options --help" "" "$word"
  elif ((${#positionals[@]} > 0)); then
    i=${#given[@]}
    if ((i >= ${#positionals[@]})); then i=$((${#positionals[@]} - 1)); fi
    _holdall_complete "${positionals[i]}" "${given[0]-}" "$word"
  fi
}

complete -o filenames -F _holdall holdall
)";

std::string bash_script(std::span<const Verb> verbs) {
  std::string text(kBashFront);
  for (const Verb& verb : verbs) {
    if (verb.is_hidden) continue;
    std::vector<std::string> options;
    std::vector<std::string> positionals;
    std::string values;
    for (const Option& option : verb.options) {
      if (is_positional(option)) positionals.push_back(quoted(words_for(option)));
      for (const std::string& name : spellings(option)) {
        options.push_back(name);
        if (takes_value(option)) values += " [" + name + "]=" + quoted(words_for(option));
      }
    }
    text += "    " + verb.name + ")\n      options=" + quoted(joined(options, " ")) +
            "\n      positionals=(" + joined(positionals, " ") + ")\n      values=(" + values +
            ")\n      ;;\n";
  }
  return text + std::string(kBashBack) + "_holdall_verbs=" + quoted(visible_names(verbs)) + "\n";
}

std::string zsh_action(const Option& option) {
  if (!option.choices.empty()) return "(" + joined(option.choices, " ") + ")";
  switch (option.completion) {
    case Completion::kNone: return "";
    case Completion::kFiles: return "_files";
    case Completion::kDirectories: return "_files -/";
    case Completion::kTensors: return "_holdall_tensors";
  }
  return "";
}

// Colons and brackets have a meaning there.
std::string zsh_text(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string zsh_arguments(const Verb& verb) {
  std::string text;
  for (const Option& option : verb.options) {
    const bool is_list = std::holds_alternative<std::vector<std::string>*>(option.target);
    if (is_positional(option)) {
      text += " \\\n        " + quoted(std::string(is_list ? "*:" : ":") + zsh_text(option.names) +
                                       ":" + zsh_action(option));
    }
    for (const std::string& name : spellings(option)) {
      std::string spec = (is_list ? "*" : "") + name + "[" + zsh_text(option.about) + "]";
      if (takes_value(option)) spec += ":" + zsh_text(option.value_name) + ":" + zsh_action(option);
      text += " \\\n        " + quoted(spec);
    }
  }
  return text;
}

std::string zsh_script(std::span<const Verb> verbs) {
  std::string text =
      "#compdef holdall\n# zsh completion of holdall\n\n"
      "_holdall_tensors() {\n  local -a names\n"
      "  names=(${(f)\"$(holdall __complete ${line[1]-$words[2]} ${PREFIX} 2>/dev/null)\"})\n"
      "  compadd -a names\n}\n\n"
      "_holdall() {\n  local -a verbs line\n  verbs=(\n";
  for (const Verb& verb : verbs) {
    if (!verb.is_hidden) text += "    " + quoted(verb.name + ":" + zsh_text(verb.about)) + "\n";
  }
  text +=
      "  )\n  if ((CURRENT == 2)); then\n    _describe verb verbs\n    return\n  fi\n"
      "  shift words\n  ((CURRENT -= 1))\n  case $words[1] in\n";
  for (const Verb& verb : verbs) {
    if (!verb.is_hidden)
      text += "    " + verb.name + ")\n      _arguments" + zsh_arguments(verb) + "\n      ;;\n";
  }
  return text +
         "  esac\n}\n\n"
         "if [[ $funcstack[1] == _holdall ]]; then\n  _holdall \"$@\"\n"
         "else\n  compdef _holdall holdall\nfi\n";
}

std::string fish_words(const Option& option) {
  if (!option.choices.empty()) return " -x -a " + quoted(joined(option.choices, " "));
  switch (option.completion) {
    case Completion::kNone: return " -x";
    case Completion::kFiles: return " -r -F";
    case Completion::kDirectories: return " -x -a '(__fish_complete_directories)'";
    case Completion::kTensors: return " -a '(__holdall_tensors)'";
  }
  return "";
}

std::string fish_script(std::span<const Verb> verbs) {
  // The checkpoint is the first word that opens as one, wherever options stand.
  std::string text =
      "# fish completion of holdall\n\n"
      "function __holdall_tensors\n"
      "  for word in (commandline -opc)[3..-1]\n"
      "    set -l names (holdall __complete $word (commandline -ct) 2>/dev/null)\n"
      "    if test (count $names) -gt 0\n"
      "      printf '%s\\n' $names\n"
      "      return\n"
      "    end\n"
      "  end\n"
      "end\n\n";
  for (const Verb& verb : verbs) {
    if (verb.is_hidden) continue;
    text += "complete -c holdall -n __fish_use_subcommand -f -a " + verb.name + " -d " +
            quoted(verb.about) + "\n";
    const std::string front =
        "complete -c holdall -n '__fish_seen_subcommand_from " + verb.name + "'";
    for (const Option& option : verb.options) {
      if (is_positional(option)) {
        const bool has_words = !option.choices.empty() || option.completion == Completion::kTensors;
        if (has_words) text += front + fish_words(option) + "\n";
        continue;
      }
      text += front;
      for (const std::string& name : spellings(option))
        text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      if (takes_value(option)) text += fish_words(option);
      text += " -d " + quoted(option.about) + "\n";
    }
  }
  return text;
}

}  // namespace

std::vector<std::string> spellings(const Option& option) {
  std::vector<std::string> names;
  if (is_positional(option)) return names;
  for (size_t start = 0; start < option.names.size();) {
    const size_t end = std::min(option.names.find(',', start), option.names.size());
    names.push_back(option.names.substr(start, end - start));
    start = end + 1;
  }
  return names;
}

bool is_positional(const Option& option) {
  return !option.names.starts_with('-');
}

bool is_flag(const Option& option) {
  return std::holds_alternative<bool*>(option.target) ||
         std::holds_alternative<int*>(option.target);
}

bool takes_value(const Option& option) {
  return !is_positional(option) && !is_flag(option);
}

std::string completion_script(std::string_view shell, std::span<const Verb> verbs) {
  if (shell == "zsh") return zsh_script(verbs);
  if (shell == "fish") return fish_script(verbs);
  return bash_script(verbs);
}

}  // namespace holdall::cli
