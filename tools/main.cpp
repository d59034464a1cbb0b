// lockstep: the command.

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <system_error>
#include <vector>

#include <lockstep/engine/machine/isa.hpp>
#include <lockstep/tools/command_line/command.hpp>
#include <lockstep/tools/command_line/interrupt.hpp>
#include <lockstep/tools/command_line/parse.hpp>
#include <lockstep/tools/text/output.hpp>
#include <lockstep/tools/text/version.hpp>

namespace lockstep {
namespace {

enum Exit { done = 0, failed = 1, bad_usage = 2 };

void complain(std::string_view lines) {
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find('\n'), lines.size());
        tell(lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
}

// The long names of the options.
std::vector<std::string_view> option_names(const Options& options) {
    std::vector<std::string_view> long_names;
    for (const Option& option : options)
        for (const std::string_view name : split_names(option))
            if (name.starts_with("--")) long_names.push_back(name);
    return long_names;
}

// Adds a fault for each word that no option takes, before or after the verb.
void check_left(const std::vector<std::string>& words, const CommandDescription& command,
                const VerbDescription* behind, bool verb_expected, Faults& faults) {
    bool unknown_options = false;
    const Options options = all_options(command, behind);
    for (const std::string& word : words) {
        if (!word.starts_with('-')) continue;
        const std::string name = word.substr(0, word.find('='));
        faults.add(unknown_name("option", name, option_names(options)));
        unknown_options = true;
    }
    if (unknown_options) return;  // the other words may be their values
    for (const std::string& word : words) {
        if (verb_expected) return faults.add(unknown_verb(command, word));
        faults.add("'" + word + "' is one word too many");
    }
}

void run_line(const Command& command, const ParsedLine& line) {
    if (!line.help.empty()) return static_cast<void>(std::fputs(line.help.c_str(), stdout));
    Faults faults;
    const Common common = command.common(faults);
    if (!command.version()) faults.collect([] { default_isa(); });
    check_left(line.left_before, command.description(), nullptr, line.verb == nullptr, faults);
    if (line.verb != nullptr)
        check_left(line.left_behind, command.description(), line.verb, false, faults);
    if (!command.version()) return command.run(line.verb, common, faults);
    faults.raise();
    print_version(common);
}

Exit run(int count, char** words) {
    Command command;
    try {
        run_line(command, parse_line(command.description(), count, words));
    } catch (const ConfigError& error) {
        complain(error.what());
        return bad_usage;
    }
    // An earlier write may have failed, with nothing left to flush.
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return done;
    complain("cannot write to standard output");
    return failed;
}

// Keeps an opened file from getting the number of a closed standard stream, and messages with it.
// Writing to a stream that was closed fails, except for messages, which are lost.
void keep_standard_streams() {
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (fcntl(stream, F_GETFD) != -1) continue;
        // open() takes the lowest free number, which is this one.
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
    // Exceeding a file size limit then fails as a write error with a message, like a full disk.
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
