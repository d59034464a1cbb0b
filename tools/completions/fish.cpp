#include <fmt/format.h>
#include <fmt/ranges.h>

#include <lockstep/tools/completions/completions.hpp>

namespace lockstep {
namespace {

std::string literal(std::string_view text) { return single_quoted(text, "\\'"); }

constexpr std::string_view head =
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

std::string settings_function(const KnownNames& known) {
    std::string text =
        "\n# The settings of what stands in the line.\n"
        "function __lockstep_settings\n"
        "    for word in (commandline -opc)\n"
        "        switch $word\n";
    for (const auto& [ids, names] : known.settings)
        text += fmt::format("            case {}\n                printf '%s=\\n' {}\n",
                            fmt::join(ids, " "), fmt::join(names, " "));
    return text + "        end\n    end\nend\n";
}

// How `complete` is told what may stand where a word of these values is to come.
std::string action(const Values& values, const CommandDescription& command,
                   const KnownNames& known) {
    if (values.kind == Values::file) return " -F";
    if (values.kind == Values::setting) return " -a '(__lockstep_settings)'";
    const std::vector<std::string> words = offered(values, command, known);
    return words.empty() ? "" : fmt::format(" -a '{}'", fmt::join(words, " "));
}

class Lines {
public:
    Lines(const CommandDescription& command, const KnownNames& known)
        : command_(command), known_(known) {}

    // Of a verb; "-": of the command without one.
    void add(std::string_view verb, const Options& options) {
        int place = 0;
        for (const Option& option : options) {
            if (!option.positional()) {
                add_option(verb, option);
            } else {
                add(verb, option.takes_several() ? "[0-9]" : fmt::to_string(++place),
                    action(option.values, command_, known_));
            }
        }
    }
    // What may stand somewhere.
    void add(std::string_view verb, std::string_view where, std::string_view what) {
        if (what.empty()) return;
        const std::string condition =
            fmt::format("__lockstep_at {}{}{}", verb, where.empty() ? "" : " ", where);
        text_ += fmt::format("complete -c lockstep -n {}{}\n", literal(condition), what);
    }
    const std::string& text() const { return text_; }

private:
    void add_option(std::string_view verb, const Option& option) {
        std::string what;
        for (std::string_view name : split_names(option)) {
            const bool is_long = name.starts_with("--");
            name.remove_prefix(is_long ? 2 : 1);
            what += fmt::format(" -{} {}", is_long ? 'l' : 's', name);
        }
        const std::string does = action(option.values, command_, known_);
        if (option.takes_words()) what += option.values.kind == Values::file ? " -r" : " -r -f";
        what += does;
        what += " -d " + literal(option.meaning);
        add(verb, "", what);
        if (option.takes_several())  // fish knows of the first of its words
            add(verb, split_names(option).back(), does);
    }

    const CommandDescription& command_;
    const KnownNames& known_;
    std::string text_;
};

}  // namespace

std::string fish_completions(const CommandDescription& command, const KnownNames& known) {
    Lines lines(command, known);
    lines.add("-", all_options(command, nullptr));
    for (const VerbDescription& verb : command.verbs)
        lines.add("-", "1", fmt::format(" -a {} -d {}", verb.name, literal(verb.meaning)));
    for (const VerbDescription& verb : command.verbs)
        lines.add(verb.name, all_options(command, &verb));
    return fmt::format(
        "{}{}\nset -g __lockstep_takes_one {}\nset -g __lockstep_takes_several {}\n\n"
        "complete -c lockstep -f\n{}",
        head, settings_function(known), fmt::join(options_taking(command, false), " "),
        fmt::join(options_taking(command, true), " "), lines.text());
}

}  // namespace lockstep
