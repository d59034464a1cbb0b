
#include "tools/sweep/session.hpp"

#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <mutex>

#include "agents/sweep/study/steering.hpp"
#include "engine/machine/clock.hpp"
#include "tools/command_line/interrupt.hpp"
#include "tools/store/committer.hpp"
#include "tools/sweep/report.hpp"
#include "tools/sweep/store_paths.hpp"
#include "tools/text/output.hpp"
#include "tools/text/progress.hpp"
#include "tools/text/ticker.hpp"

namespace lockstep::sweep {
namespace {

using Clock = std::chrono::steady_clock;

// Ends the process on an interrupt, after everything that was handed in has been committed.
class InterruptWatch {
public:
    explicit InterruptWatch(Committer& committer)
        : ticker_([this, &committer] {
              if (hold_.interrupted()) leave(committer);
          }) {}

private:
    void leave(Committer& committer) const {
        try {
            committer.sync();
        } catch (const std::exception&) {
            // The study's next call throws the same error and reports it; an interrupt must not end
            // the process before that.
            return hold_.drop();
        }
        hold_.obey();
    }

    HoldInterrupts hold_;
    Ticker ticker_;  // last: it ends before interrupts are allowed
};

// The line on standard error: rows that are durable, speed, best score so far, and time left.
class SweepProgress {
public:
    SweepProgress(const Study& study, const StudyPlan& plan)
        : study_(study), plan_(plan), line_(study.agent + " on " + study.env) {}

    // Adds a row that this session ran, or one that the store already had.
    void ran(const TrialRow& row) { learners_run_ += cost(row); }
    void found(const TrialRow& row) { learners_found_ += cost(row); }
    // Learners of the whole budget per second; 0 until one is done.
    double learners_per_second() const { return learners_run_ / seconds_since(start_); }
    // Called from one thread at a time.
    void durable(const StoreProgress& now) {
        line_.say([&] { return text(now); });
    }

private:
    double cost(const TrialRow& row) const {
        const double share = study_.budget > 0 ? row.budget / study_.budget : 1;
        return static_cast<double>(row.seeds) * share;
    }
    std::string text(const StoreProgress& now) const {
        const double seconds = seconds_since(start_), run = learners_run_;
        const double left = std::max(0.0, plan_.learners - learners_found_ - run);
        std::string text = fmt::format("{} of {} trials, {:.0f} learners/s", grouped(now.trials),
                                       grouped(plan_.trials), run / seconds);
        if (now.best.trial >= 0)
            text += fmt::format(", best tuning {:.6g} (trial {})", now.best.mean, now.best.trial);
        text += failures(now);
        if (run > 0) text += fmt::format(", at most {:.0f} s left", left * seconds / run);
        return text;
    }

    static std::string failures(const StoreProgress& now) {
        std::int64_t count = 0;
        for (int s = 1; s < trial_states; ++s) count += now.tuned(static_cast<TrialState>(s));
        if (count == 0) return "";
        return fmt::format(", {} without a score (trial {}: {} {})", grouped(count),
                           now.failure.trial, name(now.failure.state),
                           now.failure.message.substr(0, 60));
    }

    const Study& study_;
    const StudyPlan plan_;
    ProgressLine line_;
    const Clock::time_point start_ = Clock::now();
    std::atomic<double> learners_run_ = 0, learners_found_ = 0;
};

// Ends tuning when its time is up, leaving enough for the finalists, but at most half of it.
class TimeLimit {
public:
    TimeLimit(const StudyPlan& plan, const SweepProgress& progress, std::optional<double> seconds) {
        if (!seconds) return;
        ticker_.emplace([this, &progress, finals = plan.final_learners, limit = *seconds,
                         start = Clock::now()] {
            const double rate = progress.learners_per_second();
            const double kept = rate > 0 ? std::min(limit / 2, finals / rate) : 0;
            if (seconds_since(start) + kept >= limit) stop_.request_stop();
        });
    }
    std::stop_token token() const { return stop_.get_token(); }

private:
    std::stop_source stop_;
    std::optional<Ticker> ticker_;  // last: it uses the other member
};

// Whether the stored study may go on as this one.
bool becomes(const std::string& stored, const Study& study) {
    std::optional<Study> before;
    try {
        before = read_canonical(stored);
    } catch (const ConfigError&) {
        return false;  // of another version: listing the keys that differ says more
    }
    return can_become(*before, study);
}

constexpr std::string_view ending_names[] = {"trials", "time", "target", "exhausted"};

// A study without any completed trial has failed.
void check_completed(const StudyReport& findings) {
    if (findings.by_state[static_cast<std::size_t>(TrialState::complete)] > 0) return;
    throw std::runtime_error("no trial completed\n" + failures_text(findings));
}

Json session_json(const Study& study, const Session& session, const std::string& store) {
    Json json = findings_json(study, session.findings);
    const CostTotals& cost = session.progress.cost;
    json["store"] = store;
    json["report"] = session.report;
    json["rows_found"] = session.rows_found;
    json["rows_repaired"] = session.rows_repaired;
    json["tuning_ended_by"] = ending_names[static_cast<std::size_t>(session.ending)];
    json["finished"] = session.ending != Ending::stopped;
    json["trials_asked"] = session.trials;
    json["session_wall_s"] = session.seconds;
    json["wall_s"] = cost.seconds;
    json["lane_occupancy"] = cost.lane_steps == 0
                                 ? Json(nullptr)
                                 : Json(static_cast<double>(cost.useful_lane_steps) /
                                        static_cast<double>(cost.lane_steps));
    return json;
}

}  // namespace

Study study_of(const Store& store, const std::string& path) {
    try {
        return read_canonical(store.study().config);
    } catch (const ConfigError& error) {
        throw ConfigError(fmt::format("'{}': {}", path, error.what()));
    }
}

StudyReport findings_of(const Study& study, TrialLog& log) {
    FindingsReader reader(study);
    log.load([&](TrialRow&& row) { reader.add(row); });
    return reader.finish();
}

Session run_session(const Study& study, const Objective& objective, const std::string& path,
                    const Common& common, const SessionOptions& options) {
    const auto start = Clock::now();
    Session session;
    session.report = report_path(path);
    const StudyPlan plan = plan_study(study, objective);
    const auto store = Store::open(
        path, canonical_text(study), study.maximizes(),
        [&](const std::string& stored) { return becomes(stored, study); }, options.force);
    check_report(session.report, study, options.force);
    {
        SweepProgress progress(study, plan);
        Committer committer(*store, [&](const StoreProgress& now) { progress.durable(now); });
        const InterruptWatch watch(committer);
        const TimeLimit limit(plan, progress, options.seconds);
        const RunOptions run_options{
            .evaluate = {.threads = common.threads, .chunk = options.chunk, .stop = limit.token()},
            .ran = [&](const TrialRow& row) { progress.ran(row); },
            .found = [&](const TrialRow& row) { progress.found(row); }};
        const StudyRun run = run_study(study, objective, committer, run_options);
        session.rows_found = run.found;
        session.ending = run.ending, session.trials = run.trials;
        session.seconds = seconds_since(start);
        committer.add_cost({session.seconds, run.lanes.lanes, run.lanes.useful});
        committer.sync();
    }
    session.rows_repaired = std::ssize(store->damaged()) + store->missing();
    session.progress = store->progress();
    session.findings = findings_of(study, *store);
    write_file(session.report, report_text(study, session.findings));
    return session;
}

namespace {

std::string ending_text(const Study& study, const Session& session) {
    const std::string so_far = fmt::format(
        "after {} of {} trials", grouped(session.findings.trials), grouped(session.trials));
    switch (session.ending) {
        case Ending::stopped:
            return fmt::format("  ended     by --time {}; the same command goes on\n", so_far);
        case Ending::target:
            return fmt::format("  ended     {}: one has reached the target of {:.6g}\n", so_far,
                               *study.target);
        case Ending::exhausted:
            return fmt::format("  exhausted {}: there are no more different configurations\n",
                               so_far);
        default:
            return "";
    }
}

}  // namespace

void print_session(const Study& study, const Session& session, const std::string& store,
                   bool json) {
    const Json report = session_json(study, session, store);
    const StudyReport& f = session.findings;
    if (json) {
        print_json(report);
        return check_completed(f);
    }
    fmt::print("{} on {}: {} trials, {} steps, {:.2f} s in all, to {} {}\n", study.agent, study.env,
               grouped(f.trials), grouped(f.steps), session.progress.cost.seconds,
               study.maximizes() ? "maximize" : "minimize", score_meaning(study));
    fmt::print("{}", ending_text(study, session));
    if (!study.warm_start.empty()) fmt::print("  {}", warm_start_text(study));
    if (session.rows_found > 0)
        fmt::print("  resumed   {} rows were there\n", grouped(session.rows_found));
    if (session.rows_repaired > 0)
        fmt::print("  repaired  {} rows were damaged, and were run again\n",
                   grouped(session.rows_repaired));
    if (!report["lane_occupancy"].is_null())
        fmt::print("  lanes     {:.1f} % busy\n", 100 * report["lane_occupancy"].get<double>());
    fmt::print("{}{}", failures_text(f), winner_text(study, f));
    fmt::print("  store     {}\n  report    {}\n", store, session.report);
    check_completed(f);
}

}  // namespace lockstep::sweep
