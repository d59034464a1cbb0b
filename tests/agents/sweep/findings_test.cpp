// What a study reports: on scripted rows counted by hand, and on pure noise.

#include <algorithm>
#include <cmath>
#include <functional>

#include <lockstep/sweep/findings.hpp>

#include "agents/sweep/objectives/functions.hpp"
#include "agents/sweep/run/history.hpp"
#include "tests/agents/sweep/rows.hpp"
#include "tests/agents/sweep/studies.hpp"

namespace lockstep::sweep {
namespace {

using test::MemoryLog, test::run_in_memory;

Study scripted_study() {
    Study study;
    study.scheduler = "racing", study.trials = 6, study.tuning_seeds = 4;
    study.first_seeds = 2, study.validation_seeds = 2, study.test_seeds = 4;
    study.space = Space({test::uniform("x0", 0, 1)}, {});
    return study;
}

TrialRow row(std::int64_t trial, Role role, std::vector<double> scores, std::int32_t stage = 0) {
    TrialRow row;
    row.trial = trial, row.role = role, row.stage = stage;
    row.seeds = std::ssize(scores), row.steps = 10 * row.seeds;
    row.first_seed = role == Role::tuning ? 2 * stage : 0;
    row.values = {trial == default_trial ? std::nan("") : 0.1 * static_cast<double>(trial)};
    row.scores = std::move(scores);
    return row;
}

TrialRow failed(std::int64_t trial, TrialState state) {
    TrialRow failed = row(trial, Role::tuning, {});
    failed.state = state, failed.seeds = 2, failed.message = "why";
    return failed;
}

// Trial 1 is best in tuning, 2 in validation; 3 is as good as 2; 0 is dropped after its first
// seeds, 4 and 5 fail.
std::vector<TrialRow> scripted_rows() {
    return {row(default_trial, Role::test, {4, 6, 7, 5}),
            row(0, Role::tuning, {1, 1}),
            row(1, Role::tuning, {9, 9}),
            row(1, Role::tuning, {9, 9}, 1),
            row(1, Role::validation, {4.5, 4.5}),
            row(1, Role::test, {4, 4, 4, 4}),
            row(2, Role::tuning, {8, 8}),
            row(2, Role::tuning, {8, 10}, 1),
            row(2, Role::validation, {6, 6.5}),
            row(2, Role::test, {5, 6, 7, 6}),
            row(3, Role::tuning, {7, 7}),
            row(3, Role::tuning, {7, 7}, 1),
            row(3, Role::validation, {5, 5}),
            row(3, Role::test, {6, 5, 6, 7}),
            failed(4, TrialState::not_finite),
            failed(5, TrialState::failed)};
}

StudyReport findings_of(const Study& study, const std::vector<TrialRow>& rows) {
    FindingsReader reader(study);
    for (const TrialRow& one : rows) reader.add(one);
    return reader.finish();
}
StudyReport findings_of(const Study& study, const MemoryLog& log) {
    FindingsReader reader(study);
    for (const auto& [key, one] : log.rows) reader.add(one);
    return reader.finish();
}

// Whether a change to a row, or to the study, changes the digest.
bool tells(const std::function<void(Study&, std::vector<TrialRow>&)>& change) {
    Study study = scripted_study();
    std::vector<TrialRow> rows = scripted_rows();
    const std::uint64_t digest = findings_of(study, rows).digest;
    change(study, rows);
    return findings_of(study, rows).digest != digest;
}

// Many trials of a function with two parameters, of which only the first matters.
Study sphere_study(const std::string& noise, const std::string& scale) {
    Study study;
    study.env = "function", study.agent = "sphere", study.scheduler = "full";
    study.trials = 2000, study.tuning_seeds = 1, study.first_seeds = 1, study.maximize = false;
    study.set = {{"noise", noise}};
    study.space =
        Space({test::uniform("x1", 0, 1e-9), test::choice("x0", {"0", scale, "-" + scale})}, {});
    return study;
}

}  // namespace

TEST_CASE("the winner is best in validation, not in tuning", "[findings]") {
    const StudyReport f = findings_of(scripted_study(), scripted_rows());
    REQUIRE(f.finalists.size() == 3);
    CHECK(f.finalists[0].trial == 2);
    CHECK(f.finalists[1].trial == 3);
    CHECK(f.finalists[2].trial == 1);
    CHECK(f.finalists[0].tuning.values == std::vector<double>{8, 8, 8, 10});
    CHECK(f.finalists[0].tuning.mean == 8.5);
    CHECK(f.finalists[0].validation.mean == 6.25);
    CHECK(f.finalists[0].test.mean == 6);
    CHECK(f.finalists[0].test.iqm == 6);  // the middle two of 5 6 6 7
    CHECK(f.finalists[0].values == std::vector<double>{0.2});
    CHECK(f.optimism.value() == 2.5);
    CHECK(f.default_test.mean == 5.5);
}

TEST_CASE("the best of a history are different configurations", "[findings]") {
    Study study = scripted_study();
    study.top = 3;
    History history(study);
    const auto add = [&](std::vector<double> scores) {
        std::vector<Contender> generation(scores.size());
        const std::int64_t first = history.trials();
        for (std::size_t i = 0; i < scores.size(); ++i) {
            generation[i].trial = first + static_cast<std::int64_t>(i);
            generation[i].values = {0.1 * static_cast<double>(i)};  // the same in each generation
            generation[i].scores = {scores[i]};
        }
        history.add({std::ssize(history.generations()), first, std::ssize(generation)}, generation);
    };
    const auto best = [&] {
        std::vector<std::int64_t> trials;
        for (const Contender& c : history.best()) trials.push_back(c.trial);
        return trials;
    };
    add({1, 2, 3, 4});
    CHECK(best() == std::vector<std::int64_t>{3, 2, 1});
    add({9, 5, 3, 4});  // among equal ones the first stays
    CHECK(best() == std::vector<std::int64_t>{4, 5, 3});
    add({0, 8, 0, 0});
    CHECK(best() == std::vector<std::int64_t>{4, 9, 3});
}

TEST_CASE("finalists are different configurations", "[findings]") {
    std::vector<TrialRow> rows = scripted_rows();
    for (TrialRow& one : rows)
        if (one.trial == 3) one.values = {0.2};  // as in trial 2, which is better in tuning
    const StudyReport f = findings_of(scripted_study(), rows);
    REQUIRE(f.finalists.size() == 2);
    CHECK(f.finalists[0].trial == 2);
    CHECK(f.finalists[1].trial == 1);
    CHECK(f.trials == 6);
}

TEST_CASE("lower scores win where they are minimized", "[findings]") {
    Study study = scripted_study();
    study.maximize = false;
    const StudyReport f = findings_of(study, scripted_rows());
    CHECK(f.finalists[0].trial == 1);
    // Tuning promised 9 and the test gave 4. Lower is better, so the difference is negative.
    CHECK(f.optimism.value() == -5);
    CHECK(*f.improvement == 14.0 / 16);  // four times 4 against 4 6 7 5, ties count half
}

TEST_CASE("trials are counted by what became of them", "[findings]") {
    const StudyReport f = findings_of(scripted_study(), scripted_rows());
    CHECK(f.trials == 6);
    CHECK(f.by_state[static_cast<int>(TrialState::complete)] == 4);
    CHECK(f.by_state[static_cast<int>(TrialState::not_finite)] == 1);
    CHECK(f.by_state[static_cast<int>(TrialState::failed)] == 1);
    CHECK(f.by_state[static_cast<int>(TrialState::diverged)] == 0);
    CHECK(f.pruned == 1);
    CHECK(f.rows == 16);
    CHECK(f.steps == 10 * (4 + 2 + 3 * (2 + 2 + 2 + 4)));
}

TEST_CASE("who is tied with the winner, and how sure it beats the default", "[findings]") {
    const StudyReport f = findings_of(scripted_study(), scripted_rows());
    CHECK_FALSE(f.finalists[0].tied);  // the winner itself
    CHECK(f.finalists[1].tied);        // differences -1 1 1 -1
    CHECK_FALSE(f.finalists[2].tied);  // differences 1 2 3 2
    // 5 beats 4 and half of 5; 6 and 6 beat 4 and 5, and half of 6; 7 beats all but half of itself.
    CHECK(*f.improvement == (1.5 + 2.5 + 3.5 + 2.5) / 16);
    CHECK(f.improvement_ci95.low <= *f.improvement);
    CHECK(f.improvement_ci95.high >= *f.improvement);
    CHECK(f.improvement_ci95.low >= 0);
    CHECK(f.improvement_ci95.high <= 1);
}

TEST_CASE("a study that is not finished is told as far as it goes", "[findings]") {
    const std::vector<TrialRow> rows = scripted_rows();
    const StudyReport none = findings_of(scripted_study(), std::vector<TrialRow>{});
    CHECK(none.trials == 0);
    CHECK(none.finalists.empty());
    CHECK_FALSE(none.optimism);
    const StudyReport tuned =
        findings_of(scripted_study(), std::vector<TrialRow>{rows[1], rows[2]});
    CHECK(tuned.trials == 2);
    CHECK(tuned.finalists.empty());
    const StudyReport validated =
        findings_of(scripted_study(), std::vector<TrialRow>{rows[1], rows[2], rows[3], rows[4]});
    REQUIRE(validated.finalists.size() == 1);
    CHECK(validated.finalists[0].test.values.empty());
    CHECK_FALSE(validated.optimism);
    CHECK_FALSE(validated.improvement);
}

TEST_CASE("a trial whose validation failed does not win", "[findings]") {
    std::vector<TrialRow> rows = scripted_rows();
    rows[8].scores.clear(), rows[8].state = TrialState::diverged;
    CHECK(findings_of(scripted_study(), rows).finalists[0].trial == 3);
    rows = scripted_rows();
    rows[9].scores.clear(), rows[9].state = TrialState::diverged;
    const StudyReport f = findings_of(scripted_study(), rows);
    CHECK(f.finalists[0].trial == 2);
    CHECK_FALSE(f.optimism);
}

TEST_CASE("scores of a smaller budget are not told beside the last", "[findings]") {
    Study study = scripted_study();
    study.budget = 4, study.tuning_seeds = 2;
    std::vector<TrialRow> rows{row(0, Role::tuning, {9, 9}), row(1, Role::tuning, {1, 1}),
                               row(1, Role::tuning, {3, 3}, 1), row(1, Role::validation, {2, 2})};
    rows[0].budget = rows[1].budget = 2, rows[2].budget = 4;
    const StudyReport f = findings_of(study, rows);
    CHECK(f.pruned == 1);
    REQUIRE(f.finalists.size() == 1);
    CHECK(f.finalists[0].tuning.values == std::vector<double>{3, 3});
}

TEST_CASE("the digest tells every field of every row, and of the study", "[findings]") {
    using Rows = std::vector<TrialRow>;
    CHECK_FALSE(tells([](Study&, Rows&) {}));
    CHECK_FALSE(tells([](Study& s, Rows&) { s.origins["study.env"] = "elsewhere"; }));
    CHECK_FALSE(tells([](Study&, Rows& r) { r[2].state_bytes.resize(9); }));  // only a cache
    CHECK(tells([](Study& s, Rows&) { s.seed = 1; }));
    CHECK(tells([](Study& s, Rows&) { s.set["gamma"] = "1"; }));
    CHECK(tells([](Study&, Rows& r) { r.pop_back(); }));
    CHECK(tells([](Study&, Rows& r) { r.back().trial = 6; }));
    CHECK(tells([](Study&, Rows& r) { r[4].role = Role::test; }));
    CHECK(tells([](Study&, Rows& r) { r[3].stage = 2; }));
    CHECK(tells([](Study&, Rows& r) { r[3].generation = 1; }));
    CHECK(tells([](Study&, Rows& r) { r.back().state = TrialState::diverged; }));
    CHECK(tells([](Study&, Rows& r) { r[3].budget = 1; }));
    CHECK(tells([](Study&, Rows& r) { r[3].first_seed = 1; }));
    CHECK(tells([](Study&, Rows& r) { r[3].seeds = 3; }));
    CHECK(tells([](Study&, Rows& r) { r[3].steps += 1; }));
    CHECK(tells([](Study&, Rows& r) { r[3].values[0] = std::nextafter(r[3].values[0], 1); }));
    CHECK(tells([](Study&, Rows& r) { r[3].scores[1] = std::nextafter(r[3].scores[1], 99); }));
    CHECK(tells([](Study&, Rows& r) { r.back().message += "!"; }));
}

TEST_CASE("importance tells the parameter that counts", "[findings]") {
    const Study study = sphere_study("0.2", "1");
    const StudyReport f = findings_of(study, run_in_memory(study, *make_function(study)));
    REQUIRE(f.importance.size() == 2);
    CHECK(f.importance[0].name == "x0");
    // Ranks of the third at 0 against the others: at most 1 - 1/12 of the share left within them.
    CHECK(f.importance[0].share > 0.6);
    CHECK(f.importance[0].ci95.low > 0.6);
    CHECK(f.importance[0].rank_kept == 1);
    CHECK(f.importance[1].name == "x1");
    // Chance explains about (levels - 1) / trials, which is subtracted: three times that is rare.
    CHECK(f.importance[1].share < 0.0105);
}

TEST_CASE("of pure noise no parameter is important", "[findings]") {
    const Study study = sphere_study("1", "1e-9");
    const StudyReport f = findings_of(study, run_in_memory(study, *make_function(study)));
    for (const Importance& one : f.importance) {
        CHECK(one.share < 0.0105);
        CHECK(one.ci95.high < 0.03);
    }
}

TEST_CASE("importance of very many trials is that of a fair part of them", "[findings]") {
    // As in a grid whose last parameter changes with every trial: taking every other trial would
    // show only one level of it.
    Study study = scripted_study();
    study.space = Space({test::choice("x0", {"0", "1"}), test::choice("x1", {"0", "1"})}, {});
    std::vector<TrialRow> rows;
    for (int t = 0; t < 40'000; ++t) {
        rows.push_back(row(t, Role::tuning, {t % 2 + 1e-6 * (t % 97)}));
        rows.back().values = {t / 2 % 2 * 1.0, t % 2 * 1.0};
    }
    const StudyReport f = findings_of(study, rows);
    REQUIRE(f.importance.size() == 2);
    CHECK(f.importance[0].name == "x1");
    CHECK(f.importance[0].share > 0.7);  // 3/4: a quarter of the ranks' variance is within halves
    CHECK(f.importance[1].share < 0.003);
    // If only a few are alive, all of them count.
    for (int t = 0; t < 40'000; ++t)
        if (t >= 8) rows[static_cast<std::size_t>(t)].state = TrialState::diverged;
    CHECK(findings_of(study, rows).importance[0].share > 0.5);
}

TEST_CASE("the best of many equal ones looks better in tuning than it is", "[findings]") {
    Study study = sphere_study("1", "0");
    study.space = Space({test::uniform("x0", 1, 1 + 1e-9)}, {});  // the value is 1 everywhere
    study.trials = 20'000, study.generation = 5000;
    int winners_held = 0, held = 0, tied = 0;
    for (study.seed = 0; study.seed < 10; ++study.seed) {
        CAPTURE(study.seed);
        const StudyReport f = findings_of(study, run_in_memory(study, *make_function(study)));
        REQUIRE(f.finalists.size() == 10);
        const auto luckiest = std::ranges::min_element(
            f.finalists, {}, [](const Finalist& one) { return one.tuning.mean; });
        // The least of 20,000 normals is 4.0 deviations below their mean, rarely less than 3.5; the
        // deviation of the test mean is 1/8.
        CHECK(luckiest->test.mean - luckiest->tuning.mean > 3);
        CHECK(f.optimism.value() > 2.5);  // the winner is one of the ten luckiest
        const auto holds = [](const Finalist& one) {
            return one.test.iqm_ci95.low <= 1 && one.test.iqm_ci95.high >= 1;
        };
        winners_held += holds(f.finalists[0]);
        held += static_cast<int>(std::ranges::count_if(f.finalists, holds));
        tied += static_cast<int>(std::ranges::count_if(f.finalists, &Finalist::tied));
    }
    // Nominally 95 of a hundred; percentile intervals of 64 scores contain a little less.
    CHECK(winners_held >= 8);
    CHECK(held >= 87);
    // All are equal. They share one winner, whose own luck separates several of them at once.
    CHECK(tied >= 72);
}

}  // namespace lockstep::sweep
