// What a store contains, even during a sweep: status, best, trials, verify, report, export.

#include <fmt/format.h>

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>

#include <lockstep/statistics.hpp>

#include "tools/command_line/verb.hpp"
#include "tools/store/store.hpp"
#include "tools/sweep/export.hpp"
#include "tools/sweep/report.hpp"
#include "tools/sweep/rows.hpp"
#include "tools/sweep/session.hpp"
#include "tools/sweep/store_paths.hpp"
#include "tools/text/output.hpp"

namespace lockstep {
namespace sweep {
namespace {

// For verbs whose only word is a store.
struct StoreTexts {
    std::string store;
};

Option store_option(std::string& store) {
    return required({"STORE", store, "the store of a sweep", Values::file});
}

Options options(StoreTexts& texts) { return {store_option(texts.store)}; }

// A store and the study in it.
struct Opened {
    std::unique_ptr<Store> store;
    Study study;
};

Opened open_store(const std::string& path, Faults& faults) {
    auto store = faults.attempt([&] { return Store::read(path); });
    faults.raise();
    const Study study = study_of(**store, path);
    return {std::move(*store), study};
}

// What a reader skips must be reported.
void warn_of_damage(const Store& store) {
    const auto bad = std::ssize(store.damaged()) + store.missing();
    if (bad > 0)
        tell(fmt::format("{} damaged or missing rows were left out (`verify` lists them)", bad));
}

StudyReport read_findings(Opened& opened) {
    StudyReport findings = findings_of(opened.study, *opened.store);
    warn_of_damage(*opened.store);
    return findings;
}

Json progress_json(const Study& study, const StoreProgress& p) {
    Json json = {{"env", study.env},     {"agent", study.agent},
                 {"trials", p.trials},   {"trials_asked", study.trials},
                 {"env_steps", p.steps}, {"wall_s", p.cost.seconds}};
    for (const Role role : {Role::tuning, Role::validation, Role::test}) {
        for (int s = 0; s < trial_states; ++s)
            json["rows"][name(role)][name(static_cast<TrialState>(s))] =
                p.rows[static_cast<std::size_t>(role)][static_cast<std::size_t>(s)];
    }
    json["first_failure"] = p.failure.trial < 0 ? Json(nullptr)
                                                : Json{{"trial", p.failure.trial},
                                                       {"state", name(p.failure.state)},
                                                       {"message", p.failure.message}};
    json["best_tuning"] = p.best.trial < 0 ? Json(nullptr)
                                           : Json{{"trial", p.best.trial},
                                                  {"tuning_mean", p.best.mean},
                                                  {"seeds", p.best.seeds},
                                                  {"budget", p.best.budget}};
    return json;
}

void status(const StoreTexts& texts, const Common& common, Faults& faults) {
    const Opened opened = open_store(texts.store, faults);
    const StoreProgress p = opened.store->progress();
    if (common.json) return print_json(progress_json(opened.study, p));
    fmt::print("{} on {}: {} of {} trials, {} rows, {} steps\n", opened.study.agent,
               opened.study.env, grouped(p.trials), grouped(opened.study.trials),
               grouped(p.total()), grouped(p.steps));
    for (const Role role : {Role::tuning, Role::validation, Role::test}) {
        for (int s = 0; s < trial_states; ++s) {
            const auto count = p.rows[static_cast<std::size_t>(role)][static_cast<std::size_t>(s)];
            if (count > 0)
                fmt::print("  {:<11}{} {}\n", name(role), grouped(count),
                           name(static_cast<TrialState>(s)));
        }
    }
    if (p.failure.trial >= 0)
        fmt::print("  first      trial {}: {}: {}\n", p.failure.trial, name(p.failure.state),
                   p.failure.message);
    if (p.best.trial >= 0)
        fmt::print("  best       tuning mean {:.6g} in its last stage: trial {}\n", p.best.mean,
                   p.best.trial);
}

void best(const StoreTexts& texts, const Common& common, Faults& faults) {
    Opened opened = open_store(texts.store, faults);
    const StudyReport findings = read_findings(opened);
    if (common.json) return print_json(findings_json(opened.study, findings));
    fmt::print("{}", winner_text(opened.study, findings));
}

void report(const StoreTexts& texts, const Common& common, Faults& faults) {
    Opened opened = open_store(texts.store, faults);
    const StudyReport findings = read_findings(opened);
    if (common.json) return print_json(findings_json(opened.study, findings));
    fmt::print("{}", report_text(opened.study, findings));
}

void verify(const StoreTexts& texts, const Common& common, Faults& faults) {
    const Opened opened = open_store(texts.store, faults);
    std::int64_t rows = 0;
    opened.store->check();
    opened.store->load([&](TrialRow&&) { ++rows; });
    const auto& damaged = opened.store->damaged();
    if (common.json) {
        print_json({{"store", texts.store},
                    {"rows", rows},
                    {"damaged", damaged},
                    {"missing", opened.store->missing()}});
    } else {
        fmt::print("{}: {} rows are sound\n", texts.store, grouped(rows));
        for (const std::string& line : damaged) fmt::print("  {}\n", line);
    }
    const auto bad = std::ssize(damaged) + opened.store->missing();
    if (bad > 0)
        throw std::runtime_error(
            fmt::format("{}: {} damaged or missing rows; running the sweep again repairs them",
                        texts.store, bad));
}

struct ExportTexts {
    std::string store, format = "jsonl";
    std::optional<std::string> out;
    bool force = false;
};

Options options(ExportTexts& texts) {
    return {store_option(texts.store),
            {"--format", texts.format, "csv, jsonl (the canonical dump) or optuna-journal (jsonl)",
             row_formats},
            {"-o,--out", texts.out, "file to write (standard output)", Values::file},
            {"--force", texts.force, "replace a file that `export` made"}};
}

void export_rows(const ExportTexts& texts, const Common&, Faults& faults) {
    const auto format =
        static_cast<RowFormat>(faults.choice("--format", texts.format, row_formats));
    if (texts.out) {
        Paths paths;
        add_store_input(paths, "STORE", texts.store);
        paths.writes(named("--out", *texts.out), *texts.out, "what `export` made", found_export,
                     texts.force);
        paths.check(faults);
    }
    faults.raise();  // before SQLite makes files next to it
    const Opened opened = open_store(texts.store, faults);
    const Rows rows = [&](const EachRow& each) {
        opened.store->load([&](TrialRow&& row) { each(row); });
    };
    if (!texts.out) {
        write_rows(format, opened.study, rows,
                   [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); });
    } else {
        std::string all;
        write_rows(format, opened.study, rows, [&](std::string_view text) { all += text; });
        write_file(*texts.out, all);
    }
    warn_of_damage(*opened.store);
}

struct TrialsTexts {
    std::string store, state;
    std::string last = "20";
};

std::vector<std::string_view> state_names() {
    std::vector<std::string_view> names;
    names.reserve(trial_states);
    for (int s = 0; s < trial_states; ++s) names.emplace_back(name(static_cast<TrialState>(s)));
    return names;
}

Options options(TrialsTexts& texts) {
    return {store_option(texts.store),
            {"--last", texts.last, "how many (20)"},
            {"--state", texts.state, "only these: complete, diverged, failed, ...", state_names()}};
}

void trials(const TrialsTexts& texts, const Common& common, Faults& faults) {
    const auto most =
        static_cast<std::size_t>(faults.whole("--last", texts.last, 1, 1'000'000'000));
    std::optional<TrialState> wanted;
    if (!texts.state.empty())
        wanted = static_cast<TrialState>(faults.choice("--state", texts.state, state_names()));
    const Opened opened = open_store(texts.store, faults);
    std::deque<TrialRow> last;
    opened.store->load([&](TrialRow&& row) {
        if (wanted && row.state != *wanted) return;
        last.push_back(std::move(row));
        if (last.size() > most) last.pop_front();
    });
    warn_of_damage(*opened.store);
    if (common.json) {
        Json rows = Json::array();
        for (const TrialRow& row : last) rows.push_back(row_json(opened.study, row));
        return print_json({{"store", texts.store}, {"rows", rows}});
    }
    fmt::print("{:>8} {:<10} {:>5} {:<10} {:>14}  parameters\n", "trial", "role", "stage", "state",
               "mean");
    for (const TrialRow& row : last) {
        fmt::print("{:>8} {:<10} {:>5} {:<10} {:>14}  {}\n", row.trial, name(row.role), row.stage,
                   name(row.state),
                   row.scores.empty() ? "-" : fmt::format("{:.6g}", mean(row.scores)),
                   values_json(opened.study.space, row.values).dump());
        if (!row.message.empty()) fmt::print("{:>8} {}\n", "", row.message);
    }
}

}  // namespace
}  // namespace sweep

using sweep::StoreTexts;

Verb status_verb() {
    return {"status", "show a sweep's progress", call<StoreTexts, sweep::options, sweep::status>};
}
Verb best_verb() {
    return {"best", "show a sweep's winner, on seeds that chose nothing",
            call<StoreTexts, sweep::options, sweep::best>};
}
Verb report_verb() {
    return {"report", "what a sweep found, as Markdown",
            call<StoreTexts, sweep::options, sweep::report>};
}
Verb verify_verb() {
    return {"verify", "check every row of a store",
            call<StoreTexts, sweep::options, sweep::verify>};
}
Verb trials_verb() {
    return {"trials", "the last rows of a store",
            call<sweep::TrialsTexts, sweep::options, sweep::trials>};
}
Verb export_verb() {
    return {"export", "a store's rows as text",
            call<sweep::ExportTexts, sweep::options, sweep::export_rows>};
}

}  // namespace lockstep
