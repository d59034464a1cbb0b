#include <fmt/format.h>
#include <fmt/ranges.h>

#include <lockstep/tools/completions/completions.hpp>

namespace lockstep {
namespace {

std::string literal(std::string_view text) { return single_quoted(text, "'\\''"); }

// A backslash before each character that means something.
std::string escaped(std::string_view text, std::string_view special) {
    std::string result;
    for (const char c : text) {
        if (special.find(c) != special.npos) result += '\\';
        result += c;
    }
    return result;
}

// What _arguments does where a word of these values is to come; a space: it offers nothing.
std::string action(const Values& values, const CommandDescription& command,
                   const KnownNames& known) {
    if (values.kind == Values::file) return "_files";
    if (values.kind == Values::setting) return "_lockstep_settings";
    const std::vector<std::string> words = offered(values, command, known);
    return words.empty() ? " " : fmt::format("({})", fmt::join(words, " "));
}

// What may not stand beside it: its other names, and beside help anything.
std::string excluded(const Option& option) {
    if (option.takes_several()) return "*";  // nothing: it may stand there again
    if (option.asks_for_help()) return "(- *)";
    return fmt::format("({})", fmt::join(split_names(option), " "));
}

// What _arguments is told of it.
std::string specification(const Option& option, const CommandDescription& command,
                          const KnownNames& known) {
    const std::string does = action(option.values, command, known);
    const std::string_view several = option.takes_several() ? "*" : "";
    if (option.positional())
        return " \\\n            " + literal(fmt::format("{}:{}:{}", several, option.names, does));
    std::string value;
    if (option.takes_words())
        value = fmt::format(":{}value:{}", option.takes_several() ? "*-*:" : "", does);
    std::string text;
    for (const std::string_view name : split_names(option)) {
        const bool equals = option.takes_words() && name.starts_with("--");
        text += " \\\n            " +
                literal(fmt::format("{}{}{}[{}]{}", excluded(option), name, equals ? "=" : "",
                                    escaped(option.meaning, "[]\\"), value));
    }
    return text;
}

std::string arguments(const Options& options, const CommandDescription& command,
                      const KnownNames& known) {
    std::string text;
    for (const Option& option : options) text += specification(option, command, known);
    return text;
}

std::string settings_function(const KnownNames& known) {
    std::string text =
        "# The settings of what stands in the line; behind a setting's name, files.\n"
        "_lockstep_settings() {\n"
        "    local word\n"
        "    local -a names\n"
        "    if compset -P '*='; then\n"
        "        _files\n"
        "        return\n"
        "    fi\n"
        "    for word in $words; do\n"
        "        case $word in\n";
    for (const auto& [ids, names] : known.settings)
        text += fmt::format("        ({}) names+=({}) ;;\n", fmt::join(ids, "|"),
                            fmt::join(names, " "));
    return text +
           "        esac\n"
           "    done\n"
           "    compadd -S = -a names\n"
           "}\n";
}

std::string verbs_function(const CommandDescription& command) {
    std::string text =
        "_lockstep_verbs() {\n"
        "    local -a verbs=(\n";
    for (const VerbDescription& verb : command.verbs)
        text += "        " +
                literal(fmt::format("{}:{}", verb.name, escaped(verb.meaning, ":\\"))) + "\n";
    return text + "    )\n    _describe command verbs\n}\n";
}

std::string rest_function(const CommandDescription& command, const KnownNames& known) {
    const std::vector<std::string> several = options_taking(command, true);
    std::string text = fmt::format(
        "# What stands behind the command: `words` begins with it.\n"
        "_lockstep_rest() {{\n"
        "    local word\n"
        "    local -a before last\n"
        "    # _arguments is to see an option that takes several words where the next is its own:\n"
        "    # it misreads the options behind it.\n"
        "    for word in \"${{(@)words[1,CURRENT-1]}}\"; do\n"
        "        case $word in\n"
        "        ({0}|{1}=*) last=(\"$word\") ;;\n"
        "        (-*) last=() before+=(\"$word\") ;;\n"
        "        (*) (($#last)) && last+=(\"$word\") || before+=(\"$word\") ;;\n"
        "        esac\n"
        "    done\n"
        "    [[ $words[CURRENT] != -* ]] || last=()\n"
        "    words=(\"${{before[@]}}\" \"${{last[@]}}\" \"${{(@)words[CURRENT,-1]}}\")\n"
        "    CURRENT=$(($#before + $#last + 1))\n"
        "    case $words[1] in\n",
        fmt::join(several, "|"), fmt::join(several, "=*|"));
    for (const VerbDescription& verb : command.verbs)
        text += fmt::format("    ({})\n        _arguments{} ;;\n", verb.name,
                            arguments(all_options(command, &verb), command, known));
    return text + "    esac\n}\n";
}

}  // namespace

std::string zsh_completions(const CommandDescription& command, const KnownNames& known) {
    return "#compdef lockstep\n"
           "# zsh completion for lockstep; made by `lockstep completions zsh`.\n\n" +
           settings_function(known) + "\n" + verbs_function(command) + "\n" +
           rest_function(command, known) +
           "\n_lockstep() {\n"
           "    local curcontext=$curcontext state line result=1\n"
           "    local -A opt_args\n"
           "    _arguments -C" +
           arguments(all_options(command, nullptr), command, known) +
           " \\\n            '1:command:_lockstep_verbs' '*::word:->rest' && result=0\n"
           "    [[ $state == rest ]] && _lockstep_rest && result=0\n"
           "    return result\n"
           "}\n\n"
           // The file may be the function's body, which `autoload` runs, or be sourced.
           "if [[ $funcstack[1] == _lockstep ]]; then\n"
           "    _lockstep \"$@\"\n"
           "else\n"
           "    compdef _lockstep lockstep\n"
           "fi\n";
}

}  // namespace lockstep
