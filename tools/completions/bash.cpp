#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completions/completions.hpp"

namespace lockstep {
namespace {

// It assigns words to options as the parser does: an option that takes several words takes all of
// them up to the next option.
constexpr std::string_view bash_walk = R"BASH(
_lockstep() {
    local verb='' option='' place=1 word i cur offered='' files='' before=''
    local -a words=()
    # Bash splits at '=': --seed=3 comes as three words.
    for ((i = 1; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if ((i > 1)) && [[ $word == '=' || ${COMP_WORDS[i - 1]} == '=' ]]; then
            words[-1]+=$word
        else
            words+=("$word")
        fi
    done
    cur=${words[-1]}
    for word in "${words[@]:0:${#words[@]}-1}"; do
        if [[ $word == -* ]]; then
            option=''
            [[ $_lockstep_takes_one != *" $word "* ]] || option=$word
            [[ $_lockstep_takes_several != *" ${word%%=*} "* ]] || option=${word%%=*}
        elif [[ $option ]]; then
            [[ $_lockstep_takes_several == *" $option "* ]] || option=''
        elif [[ ! $verb ]]; then
            verb=$word
        else
            ((place++))
        fi
    done

    if [[ $cur == -*=* ]]; then
        before=${cur%%=*}=
        cur=${cur#*=}
        _lockstep_values "$verb" "${before%=}"
    elif [[ $cur == -* ]]; then
        _lockstep_options "$verb"
    else
        _lockstep_values "$verb" "${option:-$place}"
    fi
    if [[ $files ]]; then
        COMPREPLY=()
        compopt -o default # readline completes files where there is no reply
    else
        mapfile -t COMPREPLY < <(compgen -W "$offered" -- "$cur")
        [[ $COMP_WORDBREAKS == *=* ]] || COMPREPLY=("${COMPREPLY[@]/#/$before}")
        [[ ${COMPREPLY[*]} != *= ]] || compopt -o nospace
    fi
} && complete -F _lockstep lockstep
)BASH";

class BashScript {
public:
    BashScript(const CommandDescription& command, const KnownNames& known)
        : command_(command), known_(known) {}

    std::string text() const {
        return fmt::format(
            "# bash completion for lockstep; made by `lockstep completions bash`.\n\n"
            "# Options that one word follows, and those that several do.\n"
            "_lockstep_takes_one=' {} '\n"
            "_lockstep_takes_several=' {} '\n\n"
            "{}\n{}\n{}{}",
            fmt::join(options_taking(command_, false), " "),
            fmt::join(options_taking(command_, true), " "), options_function(), settings_function(),
            values_function(), bash_walk);
    }

private:
    std::string options_function() const {
        std::string text =
            "# The options of verb $1.\n"
            "_lockstep_options() {\n"
            "    case $1 in\n";
        const auto add = [&](std::string_view verb, const Options& options) {
            std::string words;
            for (const Option& option : options)
                if (!option.positional())
                    words += fmt::format(" {}", fmt::join(split_names(option), " "));
            text += fmt::format("    {}) offered='{}' ;;\n", verb, words);
        };
        for (const VerbDescription& verb : command_.verbs)
            add(verb.name, all_options(command_, &verb));
        add("*", all_options(command_, nullptr));
        return text + "    esac\n}\n";
    }

    std::string settings_function() const {
        std::string text =
            "# The settings of what stands in the line; behind a setting's name, files.\n"
            "_lockstep_settings() {\n"
            "    if [[ $cur == *=* ]]; then\n"
            "        files=yes\n"
            "        return\n"
            "    fi\n"
            "    for word in \"${words[@]}\"; do\n"
            "        case $word in\n";
        for (const auto& [ids, names] : known_.settings)
            text += fmt::format("        {}) offered+=' {}=' ;;\n", fmt::join(ids, " | "),
                                fmt::join(names, "= "));
        return text + "        esac\n    done\n}\n";
    }

    std::string values_function() const {
        std::string text =
            "# What may stand behind option $2, or at place $2, of verb $1.\n"
            "_lockstep_values() {\n"
            "    case $1:$2 in\n";
        const auto add = [&](std::string_view verb, std::string_view where, const Values& values) {
            const std::string what = action(values);
            if (!what.empty()) text += fmt::format("    {}:{}) {} ;;\n", verb, where, what);
        };
        add("", "1", Values::verb);
        for (const VerbDescription& verb : command_.verbs) {
            int place = 0;
            for (const Option& option : verb.options) {
                if (option.positional()) {
                    ++place;
                    add(verb.name, option.takes_several() ? "[0-9]*" : fmt::to_string(place),
                        option.values);
                    continue;
                }
                for (const std::string_view name : split_names(option))
                    add(verb.name, name, option.values);
            }
        }
        return text + "    esac\n}\n";
    }

    // What to do where a word of these values is expected; empty: nothing to offer.
    std::string action(const Values& values) const {
        if (values.kind == Values::file) return "files=yes";
        if (values.kind == Values::setting) return "_lockstep_settings";
        const std::vector<std::string> words = offered(values, command_, known_);
        return words.empty() ? "" : fmt::format("offered='{}'", fmt::join(words, " "));
    }

    const CommandDescription& command_;
    const KnownNames& known_;
};

}  // namespace

std::string bash_completions(const CommandDescription& command, const KnownNames& known) {
    return BashScript(command, known).text();
}

}  // namespace lockstep
