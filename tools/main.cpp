// lockstep: the command.

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <vector>

#include <lockstep/engine/isa.hpp>
#include <lockstep/tools/interrupt.hpp>
#include <lockstep/tools/output.hpp>
#include <lockstep/tools/verb.hpp>

namespace lockstep {
namespace {

// In the order of --help.
std::span<const Verb* const> verbs() {
    static const Verb* const all[] = {&list_verb,   &board_verb,  &trace_verb,     &train_verb,
                                      &eval_verb,   &render_verb, &sweep_verb,     &status_verb,
                                      &best_verb,   &trials_verb, &replay_verb,    &verify_verb,
                                      &export_verb, &report_verb, &reproduce_verb, &bench_verb};
    return all;
}

enum Exit { done = 0, failed = 1, bad_usage = 2 };

void complain(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        tell(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
}

std::vector<std::string_view> option_names(const CLI::App& app, std::vector<std::string>& room) {
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) room.push_back("--" + name);
    }
    return {room.begin(), room.end()};
}

// Adds a fault for each word that is neither an option nor a value nor a verb.
void check_extras(const CLI::App& app, bool verb_expected, Faults& faults) {
    bool unknown_options = false;
    std::vector<std::string> room;
    const std::vector<std::string_view> known = option_names(app, room);
    for (const std::string& word : app.remaining()) {
        if (!word.starts_with('-')) continue;
        faults.add(unknown_name("option", word.substr(0, word.find('=')), known));
        unknown_options = true;
    }
    if (unknown_options) return;  // the other words may have been their values
    for (const std::string& word : app.remaining()) {
        if (!verb_expected) {
            faults.add(fmt::format("'{}' is one word too many", word));
            continue;
        }
        std::vector<std::string_view> names;
        for (const Verb* verb : verbs()) names.emplace_back(verb->name);
        return faults.add(unknown_name("command", word, names));
    }
}

// The command line: options everywhere, and what runs the verb that was given.
class CommandLine {
public:
    CommandLine() {
        app_.allow_extras();
        common_.add_to(app_);
        for (const Verb* verb : verbs()) {
            CLI::App* part = app_.add_subcommand(verb->name, verb->meaning);
            part->allow_extras();
            common_.add_to(*part);
            runs_.push_back(verb->define(*part));
        }
        app_.require_subcommand(0, 1);
    }

    // Throws CLI::ParseError; asking for help is one.
    void parse(int count, char** words) { app_.parse(count, words); }
    void print_help(const CLI::Success& wish) const { app_.exit(wish); }

    void run() {
        Faults faults;
        const Common common = common_.check(faults);
        faults.collect([] { default_isa(); });
        const std::vector<CLI::App*> given = app_.get_subcommands();
        check_extras(app_, given.empty(), faults);
        if (given.empty()) {
            faults.raise();
            return run_main_job(common, faults);
        }
        check_extras(*given.front(), false, faults);
        for (std::size_t i = 0; i < runs_.size(); ++i) {
            if (given.front()->get_name() == verbs()[i]->name) runs_[i](common, faults);
        }
    }

private:
    CLI::App app_{
        "Thousands of reinforcement-learning worlds in lockstep.\n"
        "Without a command: a search over 4,096 settings of REINFORCE on CartPole-v1, into a "
        "store.",
        "lockstep"};
    CommonTexts common_;
    std::vector<RunVerb> runs_;
};

Exit run(int count, char** words) {
    CommandLine line;
    try {
        line.parse(count, words);
        line.run();
    } catch (const CLI::Success& wish) {
        line.print_help(wish);
    } catch (const CLI::ParseError& error) {
        complain(fmt::format("{} (--help tells more)", error.what()));
        return bad_usage;
    } catch (const ConfigError& error) {
        complain(error.what());
        return bad_usage;
    }
    // An earlier write may have failed, and left nothing to flush.
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return done;
    complain("cannot write to standard output");
    return failed;
}

// A file that is opened must not get the number of a standard stream that was closed, and messages
// with it. What is written to one that was closed fails, but for messages, which are lost.
void keep_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) != -1) continue;
        // The lowest number that is free, which is this one.
        [[maybe_unused]] const int opened =
            open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY);
    }
}

void complain_of(const std::system_error& error) {
    if (std::ferror(stdout) != 0) return complain("cannot write to standard output");
    if (error.code() == std::errc::resource_unavailable_try_again)
        return complain("another thread cannot be started: allow more, or ask for fewer threads");
    complain(error.what());
}

}  // namespace
}  // namespace lockstep

int main(int count, char** words) {
    lockstep::keep_standard_streams();
    lockstep::exit_on_interrupt();
    // A file that may not grow is a full disk: an error of the write, with words.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        return lockstep::run(count, words);
    } catch (const std::bad_alloc&) {
        lockstep::complain("out of memory");
    } catch (const std::system_error& error) {
        lockstep::complain_of(error);
    } catch (const std::exception& error) {
        lockstep::complain(error.what());
    }
    return lockstep::failed;
}
