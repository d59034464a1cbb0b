
#include "tools/results/train_session.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <utility>
#include <vector>

#include <lockstep/evaluation.hpp>

#include "tools/command_line/interrupt.hpp"
#include "tools/results/result_file.hpp"
#include "tools/results/training.hpp"
#include "tools/text/progress.hpp"
#include "tools/text/ticker.hpp"

namespace lockstep {
namespace {

using Clock = std::chrono::steady_clock;

// On standard error, which may be closed.
void say(const std::string& line) { std::fputs(("lockstep: " + line + "\n").c_str(), stderr); }

// A word of a command line, quoted for a POSIX shell.
std::string quoted(const std::string& word) {
    const auto plain = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("-_./,:+@%=").find(c) != std::string_view::npos;
    };
    if (!word.empty() && std::ranges::all_of(word, plain)) return word;
    std::string text = "'";
    for (const char c : word) {
        if (c == '\'') text += "'\\'";
        text += c;
    }
    return text + "'";
}

// Removes the number after the last dash from `stem` and returns it; 1 if there is none.
int number_behind(std::string& stem) {
    const std::size_t dash = stem.rfind('-');
    int number = 1;
    if (dash == std::string::npos || dash == 0) return number;
    const char* const end = stem.data() + stem.size();
    const auto read = std::from_chars(stem.data() + dash + 1, end, number);
    if (read.ec != std::errc() || read.ptr != end || number < 2 || number > 1'000'000) return 1;
    stem.resize(dash);
    return number;
}

std::string next_name(const std::string& path) {
    namespace fs = std::filesystem;
    const fs::path whole(path);
    std::string stem = whole.stem().string();
    for (int number = number_behind(stem) + 1;; ++number) {
        const fs::path next =
            whole.parent_path() / fmt::format("{}-{}{}", stem, number, whole.extension().string());
        std::error_code ignored;
        if (!fs::exists(next, ignored)) return next.string();
    }
}

class Session {
public:
    explicit Session(TrainSession&& session) : given_(std::move(session)) {}

    TrainResult run() {
        {
            ProgressLine line(given_.agent->id);
            for (train(line); result_.stopped && !hold_.interrupted(); train(line)) save();
        }
        if (!given_.out.empty()) save();
        if (hold_.interrupted()) leave();
        return std::move(result_);
    }

private:
    bool saves() const { return !given_.out.empty() && given_.agent->stops; }

    // Until the end, an interrupt, or the next checkpoint.
    void train(ProgressLine& line) {
        const std::vector<LearnerState> states = std::move(result_.states);
        if (result_.stopped) given_.config.resume = states;
        std::stop_source stop;
        given_.config.stop = stop.get_token();
        const Clock::time_point start = Clock::now();
        {
            const Ticker ticker([&] {
                const bool due =
                    given_.checkpoint_every && Clock::now() - start >= *given_.checkpoint_every;
                if (hold_.interrupted() && !saves()) leave();
                if (hold_.interrupted() || due) stop.request_stop();
            });
            result_ = lockstep::train(*given_.agent, given_.config, line.callback());
        }
        given_.config.resume = {};
        given_.seconds_before = result_.seconds += given_.seconds_before;
        given_.lane_steps_before = result_.lane_steps += given_.lane_steps_before;
    }
    void save() const {
        try {
            write();
        } catch (const std::exception&) {
            hold_.drop();  // the error matters more
            throw;
        }
    }
    void write() const {
        const TrainConfig& config = given_.config;
        const Evaluation evaluation = evaluate(result_.test_scores, config.seed);
        Json saved = training_report(config, *given_.agent, result_, evaluation);
        add_saved(saved, config, *given_.agent, result_);
        save_result(given_.out, saved);
    }
    // Ends the process as the waiting interrupt would have.
    [[noreturn]] void leave() const {
        if (given_.out.empty()) {
            say("interrupted: nothing was saved, as no --out was given");
        } else if (!saves()) {
            say(fmt::format("interrupted: nothing was saved, since {} cannot go on half-way",
                            given_.agent->id));
        } else if (!result_.stopped) {
            say(fmt::format("interrupted, but training has finished: '{}' has the result",
                            given_.out));
        } else {
            say(fmt::format("interrupted: {} saved in '{}'. To go on:",
                            stages_text(stages_json(result_.states)), given_.out));
            std::fputs((go_on_command(given_.out, given_.options) + "\n").c_str(), stderr);
        }
        std::fflush(stderr);
        hold_.obey();
    }

    const HoldInterrupts hold_;
    TrainSession given_;
    TrainResult result_;
};

}  // namespace

std::string go_on_command(const std::string& saved, const std::string& options) {
    return fmt::format("lockstep train --resume {} --out {}{}", quoted(saved),
                       quoted(next_name(saved)), options);
}

TrainResult run_training(TrainSession session) { return Session(std::move(session)).run(); }

}  // namespace lockstep
