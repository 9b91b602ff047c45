#include "manual_page.h"

#include "holdall/version.h"
#include "settings.h"
#include "shell_completion.h"

namespace holdall::cli {
namespace {

constexpr const char* kExitStatus =
    ".SH EXIT STATUS\n"
    ".TP\n0\ndone; the answer is yes\n"
    ".TP\n1\nthe answer is no\n"
    ".TP\n2\nthe call is wrong\n"
    ".TP\n3\nthe input is missing, unreadable or corrupt\n"
    ".TP\n4\nwriting failed; nothing changed\n"
    ".TP\n5\nnot supported by this build\n"
    ".TP\n130\ninterrupted by a signal\n";

// A backslash, a dash, and a dot or quote at the start of a line have a meaning in roff.
std::string roff(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const bool is_line_start = out.empty() || out.back() == '\n';
    if (is_line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
  }
  return out;
}

std::string heading(const std::string& name, const std::string& about) {
  return ".TH \"" + roff(name) + "\" 1 \"\" \"holdall " + roff(version()) + "\"\n.SH NAME\n" +
         roff(name) + " \\- " + roff(about) + "\n.SH SYNOPSIS\n";
}

std::string value_of(const Option& option) {
  return takes_value(option) ? " \\fI" + roff(option.value_name) + "\\fR" : "";
}

bool is_list(const Option& option) {
  return std::holds_alternative<std::vector<std::string>*>(option.target);
}

std::string option_text(const Option& option) {
  std::string text = ".TP\n";
  if (is_positional(option)) {
    text += "\\fI" + roff(option.names) + "\\fR";
  } else {
    std::string names;
    for (const std::string& name : spellings(option))
      names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
    text += names + value_of(option);
  }
  text += "\n" + roff(option.about);
  std::string choices;
  for (const std::string& choice : option.choices)
    choices += (choices.empty() ? "" : ", ") + choice;
  if (!choices.empty()) text += " (" + roff(choices) + ")";
  if (is_list(option) && !is_positional(option)) text += "; may be given more than once";
  return text + ".\n";
}

// Variables that stand in for options.
std::string environment_text(std::span<const Option> options) {
  std::string text;
  for (const Option& option : options) {
    if (option.environment.empty()) continue;
    text += ".TP\n\\fB" + option.environment + "\\fR\nstands in for \\fB" +
            roff(spellings(option).back()) + "\\fR\n";
  }
  text += ".TP\n\\fBNO_COLOR\\fR\nno colours, unless \\fB\\-\\-color\\fR asks for them\n";
  return ".SH ENVIRONMENT\n" + text;
}

}  // namespace

std::string program_page(std::span<const Verb> verbs) {
  std::string text = heading("holdall", "many models' checkpoints in one session") +
                     "\\fBholdall\\fR \\fIVERB\\fR [\\fIOPTIONS\\fR] ...\n.SH VERBS\n";
  for (const Verb& verb : verbs) {
    if (verb.is_hidden) continue;
    text += ".TP\n\\fBholdall\\-" + roff(verb.name) + "\\fR(1)\n" + roff(verb.about) + ".\n";
  }
  return text + environment_text(shared_options()) + kExitStatus;
}

std::string verb_page(const Verb& verb) {
  std::string text =
      heading("holdall-" + verb.name, verb.about) + "\\fBholdall " + roff(verb.name) + "\\fR";
  for (const Option& option : verb.options) {
    if (!is_positional(option)) continue;
    text += " \\fI" + roff(option.names) + "\\fR" + (is_list(option) ? "..." : "");
  }
  text += " [\\fIOPTIONS\\fR]\n.SH OPTIONS\n";
  for (const Option& option : verb.options) text += option_text(option);
  if (!verb.examples.empty()) text += ".SH EXAMPLES\n.nf\n" + roff(verb.examples) + ".fi\n";
  return text + environment_text(verb.options) + kExitStatus + ".SH SEE ALSO\n\\fBholdall\\fR(1)\n";
}

}  // namespace holdall::cli
