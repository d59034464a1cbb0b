
#include "tools/command_line/man_page.hpp"

#include <fmt/format.h>

namespace lockstep {
namespace {

// Text as roff; words in backticks become bold.
std::string roff(std::string_view text) {
    std::string result;
    bool bold = false;
    for (const char c : text) {
        if (c == '\\') {
            result += "\\e";
        } else if (c == '-') {
            result += "\\-";
        } else if (c == '\'') {
            result += "\\(aq";  // at the start of a line it would begin a macro
        } else if (c == '`') {
            result += (bold = !bold) ? "\\fB" : "\\fR";
        } else {
            result += c;
        }
    }
    return result;
}

// "\fB\-o\fR, \fB\-\-out\fR \fITEXT\fR".
std::string heading(const Option& option) {
    if (option.positional()) return fmt::format("\\fI{}\\fR", roff(option.names));
    std::string text;
    for (const std::string_view name : split_names(option))
        text += fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", roff(name));
    if (option.takes_words()) text += " \\fITEXT\\fR";
    if (option.takes_several()) text += " ...";
    return text;
}

std::string paragraphs(const Options& options) {
    std::string text;
    for (const Option& option : options)
        text += fmt::format(".TP\n{}\n{}\n", heading(option), roff(option.meaning));
    return text;
}

std::string synopsis(const CommandDescription& command, const VerbDescription& verb) {
    std::string text = fmt::format("\\fB{} {}\\fR", command.name, verb.name);
    for (const Option& option : verb.options)
        if (option.required && !option.positional()) text += " " + heading(option);
    text += " [\\fIOPTIONS\\fR]";
    for (const Option& option : verb.options) {
        if (!option.positional()) continue;
        const std::string name = heading(option) + (option.takes_several() ? " ..." : "");
        text += option.required ? " " + name : " [" + name + "]";
    }
    return text;
}

constexpr std::string_view ending = R"(.SH EXIT STATUS
.TP
.B 0
done
.TP
.B 2
bad usage or configuration; all mistakes are named
.TP
.B 1
anything else
.TP
.B 130
interrupted, with work saved
.SH ENVIRONMENT
.TP
.B LOCKSTEP_ISA
the instruction set to run, as \fBlockstep list isa\fR names it (the best that the processor has)
)";

}  // namespace

std::string man_page(const CommandDescription& command, std::string_view version) {
    const std::string_view meaning = command.meaning;
    const std::string_view name = meaning.substr(0, meaning.find(".\n"));
    std::string text = fmt::format(
        ".TH LOCKSTEP 1 \"\" \"lockstep {}\" \"User Commands\"\n"
        ".SH NAME\n{} \\- {}\n"
        ".SH SYNOPSIS\n\\fB{}\\fR [\\fIOPTIONS\\fR] [\\fICOMMAND\\fR]\n"
        ".SH DESCRIPTION\n{}\n"
        ".SH OPTIONS\nOf every command:\n{}.PP\nWithout a command:\n{}"
        ".SH COMMANDS\n",
        version, command.name, roff(name), command.name, roff(meaning), paragraphs(command.common),
        paragraphs(command.options));
    for (const VerbDescription& verb : command.verbs)
        text += fmt::format(".SS {}\n{}\n.PP\n{}\n{}", verb.name, synopsis(command, verb),
                            roff(verb.meaning), paragraphs(verb.options));
    return text + std::string(ending);
}

}  // namespace lockstep
