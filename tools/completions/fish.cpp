#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tools/completions/completions.hpp"

namespace lockstep {
namespace {

constexpr std::string_view fish_walk =
    R"FISH(# fish completion for lockstep; made by `lockstep completions fish`.

# The verb that is given, or -; and the option that the next word belongs to, or its place.
function __lockstep_place
    set -l verb -
    set -l option
    set -l place 1
    for word in (commandline -opc)[2..]
        set -l name (string replace -r -- '=.*' '' $word)
        if string match -q -- '-*' $word
            set option
            contains -- $word $__lockstep_takes_one; and set option $word
            contains -- $name $__lockstep_takes_several; and set option $name
        else if test -n "$option"
            contains -- $option $__lockstep_takes_several; or set option
        else if test $verb = -
            set verb $word
        else
            set place (math $place + 1)
        end
    end
    set -q option[1]; or set option $place
    echo $verb $option
end

# Whether verb $argv[1] is given, and the next word stands behind option, or at place, $argv[2].
function __lockstep_at
    string match -qr -- "^$argv[1] $argv[2]" (__lockstep_place)
end
)FISH";

class FishScript {
public:
    FishScript(const CommandDescription& command, const KnownNames& known)
        : command_(command), known_(known) {
        add_options("-", all_options(command, nullptr));
        for (const VerbDescription& verb : command.verbs)
            add("-", "1", fmt::format(" -a {} -d {}", verb.name, literal(verb.meaning)));
        for (const VerbDescription& verb : command.verbs)
            add_options(verb.name, all_options(command, &verb));
    }

    std::string text() const {
        return fmt::format(
            "{}{}\nset -g __lockstep_takes_one {}\nset -g __lockstep_takes_several {}\n\n"
            "complete -c lockstep -f\n{}",
            fish_walk, settings_function(), fmt::join(options_taking(command_, false), " "),
            fmt::join(options_taking(command_, true), " "), lines_);
    }

private:
    // The options of a verb; "-": of the command without a verb.
    void add_options(std::string_view verb, const Options& options) {
        int place = 0;
        for (const Option& option : options) {
            if (!option.positional()) {
                add_option(verb, option);
            } else {
                add(verb, option.takes_several() ? "[0-9]" : fmt::to_string(++place),
                    action(option.values));
            }
        }
    }

    void add_option(std::string_view verb, const Option& option) {
        std::string what;
        for (std::string_view name : split_names(option)) {
            const bool is_long = name.starts_with("--");
            name.remove_prefix(is_long ? 2 : 1);
            what += fmt::format(" -{} {}", is_long ? 'l' : 's', name);
        }
        if (option.takes_words()) what += option.values.kind == Values::file ? " -r" : " -r -f";
        what += action(option.values) + " -d " + literal(option.meaning);
        add(verb, "", what);
        if (option.takes_several())  // fish completes only its first word
            add(verb, split_names(option).back(), action(option.values));
    }

    // A `complete` line: for a verb (if given), for a position or after an option.
    void add(std::string_view verb, std::string_view where, std::string_view what) {
        if (what.empty()) return;
        const std::string condition =
            fmt::format("__lockstep_at {}{}{}", verb, where.empty() ? "" : " ", where);
        lines_ += fmt::format("complete -c lockstep -n {}{}\n", literal(condition), what);
    }

    // The arguments of `complete` where a word of these values is expected.
    std::string action(const Values& values) const {
        if (values.kind == Values::file) return " -F";
        if (values.kind == Values::setting) return " -a '(__lockstep_settings)'";
        const std::vector<std::string> words = offered(values, command_, known_);
        return words.empty() ? "" : fmt::format(" -a '{}'", fmt::join(words, " "));
    }

    std::string settings_function() const {
        std::string text =
            "\n# The settings of what stands in the line.\n"
            "function __lockstep_settings\n"
            "    for word in (commandline -opc)\n"
            "        switch $word\n";
        for (const auto& [ids, names] : known_.settings)
            text += fmt::format("            case {}\n                printf '%s=\\n' {}\n",
                                fmt::join(ids, " "), fmt::join(names, " "));
        return text + "        end\n    end\nend\n";
    }

    static std::string literal(std::string_view text) { return single_quoted(text, "\\'"); }

    const CommandDescription& command_;
    const KnownNames& known_;
    std::string lines_;
};

}  // namespace

std::string fish_completions(const CommandDescription& command, const KnownNames& known) {
    return FishScript(command, known).text();
}

}  // namespace lockstep
