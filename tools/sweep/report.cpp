
#include "tools/sweep/report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <span>
#include <string_view>

#include <lockstep/store.hpp>

#include "engine/memory/hash.hpp"
#include "engine/text/json.hpp"
#include "tools/sweep/rows.hpp"
#include "tools/text/output.hpp"

namespace lockstep::sweep {
namespace {

Json interval_json(const Interval& i) { return {i.low, i.high}; }

Json scores_json(const Scores& s) {
    if (s.values.empty()) return nullptr;
    return {{"mean", s.mean},
            {"iqm", s.iqm},
            {"iqm_ci95", interval_json(s.iqm_ci95)},
            {"n", s.values.size()}};
}

Json finalist_json(const Study& study, const Finalist& f) {
    return {{"trial", f.trial},
            {"parameters", values_json(study.space, f.values)},
            {"tuning", scores_json(f.tuning)},
            {"validation", scores_json(f.validation)},
            {"test", scores_json(f.test)},
            {"tied_with_best", f.tied}};
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(*value) : Json(nullptr);
}

Json seeds_json(const Study& study, Role role, std::int64_t count) {
    Json seeds = Json::array();
    for (std::int64_t i = 0; i < count; ++i) seeds.push_back(learner_seed(study, role, i));
    return seeds;
}

std::string values_text(const Study& study, std::span<const double> values) {
    std::string text;
    for (int i = 0; i < study.space.size(); ++i) {
        const double value = values[static_cast<std::size_t>(i)];
        if (std::isnan(value)) continue;
        const SearchParameter& p = study.space[i];
        text += (text.empty() ? "" : " ") + p.name + "=" +
                (p.discrete() ? study.space.text(i, value) : fmt::format("{:.6g}", value));
    }
    return text;
}

std::string scores_text(const Scores& s) {
    if (s.values.empty()) return "-";
    return fmt::format("{:.6g} ({:.6g} to {:.6g})", s.iqm, s.iqm_ci95.low, s.iqm_ci95.high);
}

std::string states_text(const StudyReport& f) {
    std::string text;
    for (int s = 1; s < trial_states; ++s) {
        if (f.by_state[s] > 0)
            text +=
                fmt::format(", {} {}", grouped(f.by_state[s]), name(static_cast<TrialState>(s)));
    }
    return text;
}

// How many other finalists do not differ significantly from the winner.
std::string tied_text(const StudyReport& f) {
    const auto others = f.finalists.size() - 1;
    const auto tied = std::ranges::count_if(f.finalists, &Finalist::tied);
    if (others == 0) return "no other configuration was scored again";
    if (others == 1)
        return tied == 1 ? "the other finalist cannot be told from it"
                         : "the other finalist can be told from it";
    if (tied == 0) return fmt::format("each of the {} other finalists can be told from it", others);
    return fmt::format("{} of the {} other finalists cannot be told from it", tied, others);
}

// The study, without what would fill pages: the contents of long files, and an older study's rows.
Json shown(const Study& study) {
    constexpr std::size_t most = 2000;
    Json json = parse_json(canonical_text(study));
    if (!json["prior"].is_null()) json["prior"]["rows"] = json["prior"]["rows"].size();
    for (const auto& [name, text] : study.files) {
        if (text->size() > most)
            json["files"][name] = fmt::format("{} bytes, which the store has", text->size());
    }
    return json;
}

std::string finalists_table(const Study& study, const StudyReport& f) {
    std::string text =
        "| trial | parameters | tuning IQM | validation IQM | test IQM (95 %) | tied with the best "
        "|\n|---|---|---|---|---|---|\n";
    for (const Finalist& one : f.finalists) {
        const bool is_best = &one == f.finalists.data();
        text += fmt::format("| {} | `{}` | {:.6g} | {:.6g} | {} | {} |\n", one.trial,
                            values_text(study, one.values), one.tuning.iqm, one.validation.iqm,
                            scores_text(one.test),
                            is_best    ? "best"
                            : one.tied ? "yes"
                                       : "no");
    }
    return text + fmt::format("| default | | | | {} | |\n", scores_text(f.default_test));
}

std::string importance_table(const StudyReport& f) {
    std::string text =
        "| parameter | share of rank variance | 95 % | keeps its place |\n|---|---|---|---|\n";
    for (const Importance& one : f.importance) {
        text += fmt::format("| {} | {:.3f} | {:.3f} to {:.3f} | {:.0f} % |\n", one.name, one.share,
                            one.ci95.low, one.ci95.high, 100 * one.rank_kept);
    }
    return text;
}

std::string hash_text(std::string_view text) {
    Hash hash;
    hash.add(std::span(text));
    return fmt::format("{:016x}", hash.value());
}

constexpr std::string_view mark_head = "\n<!-- lockstep report: study ";

// Distinguishes a report from other Markdown, from other studies' reports, and from an edited one.
// A study that goes on with a different number of trials is still the same study.
std::string mark(const Study& study, std::string_view text) {
    const Json whole = parse_json(canonical_text(study));
    Json identity = {whole["set"], whole["space"]};
    for (const char* key : {"env", "agent", "sampler", "scheduler", "seed"})
        identity.push_back(whole["study"][key]);
    return fmt::format("{}{}, text {} -->\n", mark_head, hash_text(identity.dump()),
                       hash_text(text));
}

}  // namespace

Json findings_json(const Study& study, const StudyReport& f) {
    Json json = {{"env", study.env},
                 {"agent", study.agent},
                 {"sampler", study.sampler},
                 {"scheduler", study.scheduler},
                 {"direction", study.maximizes() ? "maximize" : "minimize"},
                 {"seed", study.seed},
                 {"trials", f.trials}};
    for (int s = 0; s < trial_states; ++s)
        json["states"][name(static_cast<TrialState>(s))] = f.by_state[s];
    for (int s = 1; s < trial_states; ++s) {
        if (const auto& first = f.first_in[s]) {
            json["first_failures"][name(static_cast<TrialState>(s))] = {
                {"trial", first->trial}, {"role", name(first->role)}, {"message", first->message}};
        }
    }
    json["pruned"] = f.pruned;
    json["env_steps"] = f.steps;
    json["best"] = f.finalists.empty() ? Json(nullptr) : finalist_json(study, f.finalists.front());
    json["finalists"] = Json::array();
    for (const Finalist& one : f.finalists) json["finalists"].push_back(finalist_json(study, one));
    json["default"] = {{"test", scores_json(f.default_test)}};
    json["optimism"] = or_null(f.optimism);
    json["probability_of_improvement_over_default"] = or_null(f.improvement);
    json["probability_of_improvement_ci95"] =
        f.improvement ? interval_json(f.improvement_ci95) : Json(nullptr);
    json["importance"] = Json::array();
    for (const Importance& one : f.importance) {
        json["importance"].push_back({{"parameter", one.name},
                                      {"share", one.share},
                                      {"ci95", interval_json(one.ci95)},
                                      {"rank_kept", one.rank_kept}});
    }
    json["seeds"] = {{"tuning", seeds_json(study, Role::tuning, study.tuning_seeds)},
                     {"validation", seeds_json(study, Role::validation, study.validation_seeds)},
                     {"test", seeds_json(study, Role::test, study.test_seeds)}};
    json["digest"] = fmt::format("{:016x}", f.digest);
    return json;
}

std::string warm_start_text(const Study& study) {
    const auto size = static_cast<std::size_t>(std::max(1, study.space.size()));
    return fmt::format(
        "Warm start: {} of the {} trials that {} had completed taught the sampler.\n",
        grouped(std::ssize(study.prior.values) / static_cast<std::int64_t>(size)),
        grouped(study.prior.trials), study.warm_start);
}

std::string failures_text(const StudyReport& f) {
    std::string text;
    for (int s = 1; s < trial_states; ++s) {
        const auto& first = f.first_in[s];
        if (!first) continue;
        const std::string who =
            first->trial == default_trial ? "the default" : fmt::format("trial {}", first->trial);
        const std::string count = f.by_state[s] > 0
                                      ? fmt::format("{} trials; the first,", grouped(f.by_state[s]))
                                      : "when scored again:";
        text += fmt::format("  {:<10} {} {} ({}): {}\n", name(static_cast<TrialState>(s)), count,
                            who, name(first->role), first->message);
    }
    return text;
}

std::string score_meaning(const Study& study) {
    if (study.env == function_env) return "values of the function";
    if (study.objective == Score::training)
        return "mean returns of the episodes that a learner learnt from";
    return fmt::format("mean returns of {} fresh episodes a learner", study.test_episodes);
}

std::string winner_text(const Study& study, const StudyReport& f) {
    if (f.finalists.empty()) return "  no trial has been scored again yet\n";
    const Finalist& w = f.finalists.front();
    std::string text =
        fmt::format("  best      trial {}: {}\n", w.trial, values_text(study, w.values));
    if (!w.test.values.empty()) {
        text += fmt::format("  test      IQM {} on {} seeds that chose nothing; default {}\n",
                            scores_text(w.test), w.test.values.size(), scores_text(f.default_test));
    }
    if (f.optimism) {
        text += fmt::format(
            "  optimism  tuning mean {:.6g}, test mean {:.6g}: tuning flattered by {:.3g}\n",
            w.tuning.mean, w.test.mean, *f.optimism);
    }
    if (f.improvement) {
        text += fmt::format("  beats the default with probability {:.3f} ({:.3f} to {:.3f})\n",
                            *f.improvement, f.improvement_ci95.low, f.improvement_ci95.high);
    }
    return text + "  tied      " + tied_text(f) + "\n";
}

std::string report_text(const Study& study, const StudyReport& f) {
    std::string text = fmt::format("# {} on {}: a search over {} configurations\n\n", study.agent,
                                   study.env, grouped(f.trials));
    text += "```\n" + failures_text(f) + winner_text(study, f) + "```\n\n";
    text += fmt::format(
        "Sampler {}, scheduler {}, {} direction, study seed {}. {} trials: {} pruned{}. {} steps "
        "of "
        "environments in all. Scores are {}.\n\n",
        study.sampler, study.scheduler, study.maximizes() ? "maximize" : "minimize", study.seed,
        grouped(f.trials), grouped(f.pruned), states_text(f), grouped(f.steps),
        score_meaning(study));
    if (!study.warm_start.empty()) text += warm_start_text(study) + "\n";
    text += "## The best, scored again\n\n";
    text += fmt::format(
        "Tuning chose {} of them on {} tuning seeds at most; validation ({} seeds) chose the best "
        "among "
        "these; test ({} seeds) chose nothing. IQM: interquartile mean over seeds, with a 95 % "
        "bootstrap interval (`report --json` lists the seeds). Tied: the paired 95 % interval of "
        "the difference to the best on test seeds holds "
        "0.\n\n",
        f.finalists.size(), study.tuning_seeds, study.validation_seeds, study.test_seeds);
    text += finalists_table(study, f) + "\n## Which parameters mattered\n\n";
    text +=
        "The share of the variance of trials' tuning ranks that a parameter explains alone; its "
        "interval and how often it keeps its place, over bootstrap resamples of trials.\n\n";
    text += importance_table(f);
    text += fmt::format(
        "\n## To reproduce\n\nDigest of the study and all rows: `{:016x}`.\n\n```json\n{}\n```\n",
        f.digest, shown(study).dump({.indent = 2}));
    return text + mark(study, text);
}

Found found_report(const std::string& path, const Study& study) {
    const std::string file = bytes_behind("# ", path);
    const std::size_t last = file.rfind(mark_head);
    if (last == file.npos) return {Found::others};
    const std::string expected = mark(study, std::string_view(file).substr(0, last));
    const std::size_t sum = expected.rfind("text ");
    if (file.compare(last + sum, file.npos, expected, sum) != 0)
        return {Found::replaceable, "was edited since `sweep` wrote it"};
    if (file.compare(last, sum, expected, 0, sum) != 0)
        return {Found::replaceable, std::string(other_study)};
    return {Found::ours};
}

std::string report(const StudyResult& result) { return report_text(result.study, result.report); }

}  // namespace lockstep::sweep
