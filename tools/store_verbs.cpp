// What a store tells, also while a sweep writes it: status, best, trials, verify, report, export.

#include <fmt/format.h>

#include <deque>
#include <functional>
#include <limits>
#include <memory>
#include <stdexcept>

#include <lockstep/agents/statistics.hpp>
#include <lockstep/tools/output.hpp>
#include <lockstep/tools/store/store.hpp>
#include <lockstep/tools/sweep/report.hpp>
#include <lockstep/tools/sweep/rows.hpp>
#include <lockstep/tools/sweep/session.hpp>
#include <lockstep/tools/sweep/store_paths.hpp>
#include <lockstep/tools/verb.hpp>

namespace lockstep {
namespace sweep {
namespace {

// A store and the study that it holds.
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

// What a reader skips must not be skipped in silence.
void warn_of_damage(const Store& store) {
    const auto bad = std::ssize(store.damaged()) + store.missing();
    if (bad > 0)
        tell(fmt::format("{} damaged or missing rows were left out (`verify` lists them)", bad));
}

Findings read_findings(Opened& opened) {
    Findings findings = findings_of(opened.study, *opened.store);
    warn_of_damage(*opened.store);
    return findings;
}

Json progress_json(const Study& study, const Progress& p) {
    Json json = {{"env", study.env},     {"agent", study.agent},
                 {"trials", p.trials},   {"trials_asked", study.trials},
                 {"env_steps", p.steps}, {"wall_s", p.work.seconds}};
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

void status(const std::string& path, const Common& common, Faults& faults) {
    const Opened opened = open_store(path, faults);
    const Progress p = opened.store->progress();
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

void best(const std::string& path, const Common& common, Faults& faults) {
    Opened opened = open_store(path, faults);
    const Findings findings = read_findings(opened);
    if (common.json) return print_json(findings_json(opened.study, findings));
    fmt::print("{}", winner_text(opened.study, findings));
}

void report(const std::string& path, const Common& common, Faults& faults) {
    Opened opened = open_store(path, faults);
    const Findings findings = read_findings(opened);
    if (common.json) return print_json(findings_json(opened.study, findings));
    fmt::print("{}", report_text(opened.study, findings));
}

void verify(const std::string& path, const Common& common, Faults& faults) {
    const Opened opened = open_store(path, faults);
    std::int64_t rows = 0;
    opened.store->check();
    opened.store->load([&](TrialRow&&) { ++rows; });
    const auto& damaged = opened.store->damaged();
    if (common.json) {
        print_json({{"store", path},
                    {"rows", rows},
                    {"damaged", damaged},
                    {"missing", opened.store->missing()}});
    } else {
        fmt::print("{}: {} rows are sound\n", path, grouped(rows));
        for (const std::string& line : damaged) fmt::print("  {}\n", line);
    }
    const auto bad = std::ssize(damaged) + opened.store->missing();
    if (bad > 0)
        throw std::runtime_error(fmt::format(
            "{}: {} damaged or missing rows; running the sweep again repairs them", path, bad));
}

struct ExportTexts {
    std::string store, format = "jsonl";
    std::optional<std::string> out;
    bool force = false;
};

void export_rows(const ExportTexts& texts, Faults& faults) {
    const auto format =
        static_cast<RowFormat>(faults.choice("--format", texts.format, row_formats));
    if (texts.out) {
        Paths paths;
        add_store_input(paths, "STORE", texts.store);
        paths.writes(named("--out", *texts.out), *texts.out, "what `export` made", found_export,
                     texts.force);
        paths.check(faults);
    }
    faults.raise();  // before SQLite makes files beside the store
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

void trials(const TrialsTexts& texts, const Common& common, Faults& faults) {
    std::vector<std::string_view> states;
    for (int s = 0; s < trial_states; ++s) states.emplace_back(name(static_cast<TrialState>(s)));
    const auto most =
        static_cast<std::size_t>(faults.whole("--last", texts.last, 1, 1'000'000'000));
    std::optional<TrialState> wanted;
    if (!texts.state.empty())
        wanted = static_cast<TrialState>(faults.choice("--state", texts.state, states));
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

// A verb whose only word is a store.
using StoreVerb = void (*)(const std::string&, const Common&, Faults&);
RunVerb define(CLI::App& app, StoreVerb run) {
    auto path = std::make_shared<std::string>();
    app.add_option("STORE", *path, "the store of a sweep")->required();
    return [path, run](const Common& common, Faults& faults) { run(*path, common, faults); };
}

}  // namespace
}  // namespace sweep

const Verb status_verb{"status", "how far a sweep is",
                       [](CLI::App& app) -> RunVerb { return sweep::define(app, sweep::status); }};
const Verb best_verb{"best", "the winner of a sweep, on seeds that chose nothing",
                     [](CLI::App& app) -> RunVerb { return sweep::define(app, sweep::best); }};
const Verb report_verb{"report", "what a sweep found, as Markdown",
                       [](CLI::App& app) -> RunVerb { return sweep::define(app, sweep::report); }};
const Verb verify_verb{"verify", "check every row of a store",
                       [](CLI::App& app) -> RunVerb { return sweep::define(app, sweep::verify); }};
const Verb trials_verb{
    "trials", "the last rows of a store", [](CLI::App& app) -> RunVerb {
        auto texts = std::make_shared<sweep::TrialsTexts>();
        app.add_option("STORE", texts->store, "the store of a sweep")->required();
        app.add_option("--last", texts->last, "how many (20)");
        app.add_option("--state", texts->state, "only these: complete, diverged, failed, ...");
        return [texts](const Common& common, Faults& faults) {
            sweep::trials(*texts, common, faults);
        };
    }};
const Verb export_verb{
    "export", "a store's rows as text", [](CLI::App& app) -> RunVerb {
        auto texts = std::make_shared<sweep::ExportTexts>();
        app.add_option("STORE", texts->store, "the store of a sweep")->required();
        app.add_option("--format", texts->format,
                       "csv, jsonl (the canonical dump) or optuna-journal (jsonl)");
        app.add_option("-o,--out", texts->out, "file to write (standard output)");
        app.add_flag("--force", texts->force, "replace a file that `export` made");
        return [texts](const Common&, Faults& faults) { sweep::export_rows(*texts, faults); };
    }};

}  // namespace lockstep
