#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completions/completions.hpp"

namespace lockstep {
namespace {

class ZshScript {
public:
    ZshScript(const CommandDescription& command, const KnownNames& known)
        : command_(command), known_(known) {}

    std::string text() const {
        return "#compdef lockstep\n"
               "# zsh completion for lockstep; made by `lockstep completions zsh`.\n\n" +
               settings_function() + "\n" + verbs_function() + "\n" + rest_function() +
               "\n_lockstep() {\n"
               "    local curcontext=$curcontext state line result=1\n"
               "    local -A opt_args\n"
               "    _arguments -C" +
               arguments(all_options(command_, nullptr)) +
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

private:
    std::string settings_function() const {
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
        for (const auto& [ids, names] : known_.settings)
            text += fmt::format("        ({}) names+=({}) ;;\n", fmt::join(ids, "|"),
                                fmt::join(names, " "));
        return text +
               "        esac\n"
               "    done\n"
               "    compadd -S = -a names\n"
               "}\n";
    }

    std::string verbs_function() const {
        std::string text =
            "_lockstep_verbs() {\n"
            "    local -a verbs=(\n";
        for (const VerbDescription& verb : command_.verbs)
            text += "        " +
                    literal(fmt::format("{}:{}", verb.name, escaped(verb.meaning, ":\\"))) + "\n";
        return text + "    )\n    _describe command verbs\n}\n";
    }

    std::string rest_function() const {
        const std::vector<std::string> several = options_taking(command_, true);
        std::string text = fmt::format(
            "# What stands behind the command: `words` begins with it.\n"
            "_lockstep_rest() {{\n"
            "    local word\n"
            "    local -a before last\n"
            "    # _arguments is to see an option that takes several words where the next is its\n"
            "    # own: it misreads the options behind it.\n"
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
        for (const VerbDescription& verb : command_.verbs)
            text += fmt::format("    ({})\n        _arguments{} ;;\n", verb.name,
                                arguments(all_options(command_, &verb)));
        return text + "    esac\n}\n";
    }

    // The arguments of _arguments for these options.
    std::string arguments(const Options& options) const {
        std::string text;
        for (const Option& option : options) {
            if (option.positional()) {
                text += line("{}:{}:{}", option.takes_several() ? "*" : "", option.names,
                             action(option.values));
                continue;
            }
            for (const std::string_view name : split_names(option))
                text += line("{}{}{}[{}]{}", excluded(option), name,
                             option.takes_words() && name.starts_with("--") ? "=" : "",
                             escaped(option.meaning, "[]\\"), value(option));
        }
        return text;
    }

    // The word or words that follow an option.
    std::string value(const Option& option) const {
        if (!option.takes_words()) return "";
        return fmt::format(":{}value:{}", option.takes_several() ? "*-*:" : "",
                           action(option.values));
    }

    // What may not stand next to it: its other names, and next to help anything.
    static std::string excluded(const Option& option) {
        if (option.takes_several()) return "*";  // excludes nothing: it may be repeated
        if (option.asks_for_help()) return "(- *)";
        return fmt::format("({})", fmt::join(split_names(option), " "));
    }

    // What to do where a word of these values is expected; a space: nothing to offer.
    std::string action(const Values& values) const {
        if (values.kind == Values::file) return "_files";
        if (values.kind == Values::setting) return "_lockstep_settings";
        const std::vector<std::string> words = offered(values, command_, known_);
        return words.empty() ? " " : fmt::format("({})", fmt::join(words, " "));
    }

    template <class... Parts>
    static std::string line(fmt::format_string<Parts...> layout, Parts&&... parts) {
        return " \\\n            " + literal(fmt::format(layout, std::forward<Parts>(parts)...));
    }

    static std::string literal(std::string_view text) { return single_quoted(text, "'\\''"); }

    // A backslash before each special character.
    static std::string escaped(std::string_view text, std::string_view special) {
        std::string result;
        for (const char c : text) {
            if (special.find(c) != special.npos) result += '\\';
            result += c;
        }
        return result;
    }

    const CommandDescription& command_;
    const KnownNames& known_;
};

}  // namespace

std::string zsh_completions(const CommandDescription& command, const KnownNames& known) {
    return ZshScript(command, known).text();
}

}  // namespace lockstep
