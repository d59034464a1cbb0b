
#include "tools/command_line/parse.hpp"

#include <CLI/CLI.hpp>

#include <lockstep/error.hpp>

namespace lockstep {
namespace {

CLI::Option* add_option(CLI::App& app, const Option& option) {
    const auto& [flag, text, optional_text, list] = option.destination;
    if (flag != nullptr) return app.add_flag(option.names, *flag, option.meaning);
    if (text != nullptr) return app.add_option(option.names, *text, option.meaning);
    if (list != nullptr) return app.add_option(option.names, *list, option.meaning);
    if (optional_text != nullptr)
        return app.add_option(option.names, *optional_text, option.meaning);
    return app.set_help_flag(option.names, option.meaning);
}

void add_options(CLI::App& app, const Options& options) {
    app.allow_extras();
    for (const Option& option : options) add_option(app, option)->required(option.required);
}

class Parser {
public:
    explicit Parser(const CommandDescription& command) : app_(command.meaning, command.name) {
        add_options(app_, all_options(command, nullptr));
        for (const VerbDescription& verb : command.verbs) {
            CLI::App* part = app_.add_subcommand(verb.name, verb.meaning);
            add_options(*part, all_options(command, &verb));
        }
        app_.require_subcommand(0, 1);
    }

    ParsedLine parse(const CommandDescription& command, int count, char** words) {
        app_.parse(count, words);
        ParsedLine line;
        line.left_before = app_.remaining();
        for (const CLI::App* part : app_.get_subcommands()) {
            line.verb = find_verb(command, part->get_name());
            line.left_behind = part->remaining();
        }
        return line;
    }

    // The help of the verb that was parsed, or of the command.
    std::string help() const { return app_.help(); }
    std::string help_of(const VerbDescription& verb) const {
        return app_.get_subcommand(verb.name)->help(app_.get_name());
    }

private:
    CLI::App app_;
};

}  // namespace

ParsedLine parse_line(const CommandDescription& command, int count, char** words) {
    Parser parser(command);
    try {
        return parser.parse(command, count, words);
    } catch (const CLI::Success&) {
        ParsedLine line;
        line.help = parser.help();
        return line;
    } catch (const CLI::ParseError& error) {
        throw ConfigError(error.what() + std::string(" (--help tells more)"));
    }
}

std::string help_text(const CommandDescription& command, const VerbDescription* verb) {
    const Parser parser(command);
    return verb != nullptr ? parser.help_of(*verb) : parser.help();
}

}  // namespace lockstep
