// Studies as TOML and as canonical text, and what is refused, with its line.

#include <random>
#include <set>

#include <lockstep/error.hpp>

#include "agents/sweep/study/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/errors.hpp"

namespace lockstep::sweep {
namespace {

const char* const full_text = R"([study]
env = "CartPole-v1"
agent = "reinforce"
sampler = "tpe"
scheduler = "halving"
trials = 500
generation = 50
tuning_seeds = 6
first_seeds = 3
eta = 3
budget = 900
min_budget = 100.0
objective = "training"
direction = "minimize"
seed = 7
test_episodes = 20
max_steps = 1000000
top = 5
validation_seeds = 16
test_seeds = 24
constraints = ["width < 2 * depth", "learning_rate >= 0.001"]

[set]
normalize_advantage = true
gamma = 0.98
hidden = "8"

[space]
learning_rate = {log = [1e-4, 1.0], points = 7}
optimizer = {choice = ["adam", "sgd", 3, 0.5, true]}
beta1 = {logit = [0.5, 0.999], when = {optimizer = "adam"}}
depth = {integer = [1, 4]}
width = {pow2 = [8, 64], when = {depth = [2, 3]}}
ent_coef = {uniform = [0, 0.1], when = {optimizer = [3, true]}}
)";

std::string file_fault(const std::string& text) {
    return lockstep::test::fault_of([&] { read_study(text, "a.toml"); });
}

// The fault in a study in which everything else is right.
std::string fault_in(const std::string& study, const std::string& space = "") {
    return file_fault("[study]\nenv = \"function\"\nagent = \"sphere\"\n" + study + "\n[space]\n" +
                      space);
}

void check_same(const Space& a, const Space& b) {
    REQUIRE(a.size() == b.size());
    for (int i = 0; i < a.size(); ++i) {
        CAPTURE(a[i].name);
        CHECK(a[i].name == b[i].name);
        CHECK(a[i].scale == b[i].scale);
        CHECK(a[i].low == b[i].low);
        CHECK(a[i].high == b[i].high);
        CHECK(a[i].choices == b[i].choices);
        CHECK(a[i].points == b[i].points);
        CHECK(a[i].parent == b[i].parent);
        CHECK(a[i].parent_values == b[i].parent_values);
    }
}

std::string check_fault(const std::string& line) {
    try {
        check(read_study("[study]\nenv = \"function\"\nagent = \"sphere\"\n" + line, "a.toml"));
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "none";
}

}  // namespace

TEST_CASE("a study file is read as it is written", "[study-file]") {
    const Study s = read_study(full_text, "a.toml");
    CHECK(s.env == "CartPole-v1");
    CHECK(s.agent == "reinforce");
    CHECK(s.sampler == "tpe");
    CHECK(s.scheduler == "halving");
    CHECK(s.trials == 500);
    CHECK(s.generation == 50);
    CHECK(s.tuning_seeds == 6);
    CHECK(s.first_seeds == 3);
    CHECK(s.eta == 3);
    CHECK(s.budget == 900);
    CHECK(s.min_budget == 100);
    CHECK(s.objective == Score::training);
    CHECK_FALSE(s.maximizes());
    CHECK(s.seed == 7);
    CHECK(s.test_episodes == 20);
    CHECK(s.max_steps == 1'000'000);
    CHECK(s.top == 5);
    CHECK(s.validation_seeds == 16);
    CHECK(s.test_seeds == 24);
    CHECK(s.constraints == std::vector<std::string>{"width < 2 * depth", "learning_rate >= 0.001"});
    CHECK(s.set == std::map<std::string, std::string>{
                       {"gamma", "0.98"}, {"hidden", "8"}, {"normalize_advantage", "true"}});
    CHECK(s.where("space.depth") == "a.toml:32: ");
    CHECK(s.where("nowhere") == "nowhere: ");
}

TEST_CASE("a space keeps the order of its lines", "[study-file]") {
    const Space space = read_study(full_text, "a.toml").space;
    REQUIRE(space.size() == 6);
    CHECK(space[0].name == "learning_rate");
    CHECK(space[0].points == 7);
    CHECK(space[1].choices == std::vector<std::string>{"adam", "sgd", "3", "0.5", "true"});
    CHECK(space[2].parent == 1);
    CHECK(space[2].parent_values == std::vector<double>{0});
    CHECK(space[4].scale == Scale::pow2);
    CHECK(space[4].parent == 3);
    CHECK(space[4].parent_values == std::vector<double>{2, 3});
    CHECK(space[5].parent_values == std::vector<double>{2, 4});
}

TEST_CASE("canonical text is read back as what it was", "[study-file]") {
    const Study study = read_study(full_text, "a.toml");
    const std::string text = canonical_text(study);
    CHECK(canonical_text(read_canonical(text)) == text);
    check_same(read_canonical(text).space, study.space);
    CHECK(read_canonical(text).set == study.set);
    CHECK(read_canonical(text).constraints == study.constraints);
    CHECK(canonical_text(read_study("\n# a comment\n" + std::string(full_text), "b")) == text);

    // Written with old names.
    std::string old = text;
    for (const auto& [now, then] : {std::pair{"learning_rate", "rate"},
                                    {"min_budget", "least_budget"},
                                    {"optimizer", "optimiser"},
                                    {"ent_coef", "entropy"},
                                    {"normalize_advantage", "normalise"}}) {
        for (std::size_t at = 0; (at = old.find(now)) != std::string::npos;)
            old.replace(at, std::string_view(now).size(), then);
    }
    CHECK(old.find("rate >= 0.001") != std::string::npos);
    CHECK(canonical_text(read_canonical(old)) == text);

    Study other = study;
    other.seed = ~std::uint64_t{0};
    CHECK(canonical_text(other) != text);
    CHECK(read_canonical(canonical_text(other)).seed == other.seed);
    for (const char* broken : {"", "{}", "[1]", "{\"study\":{}}", "nonsense"})
        CHECK_THROWS_AS(read_canonical(broken), ConfigError);
    CHECK_THROWS_AS(read_canonical(text.substr(0, text.size() / 2)), ConfigError);
}

TEST_CASE("faults of a file are told with line and nearest name", "[study-file]") {
    const auto contains = [](const std::string& words) { return ContainsSubstring(words); };
    CHECK_THAT(fault_in("trails = 5"),
               contains("a.toml:4: unknown key 'trails': did you mean 'trials'"));
    CHECK_THAT(file_fault("[stduy]\n"),
               contains("a.toml:1: unknown section 'stduy': did you mean 'study'"));
    CHECK_THAT(file_fault("[stduy]\n"), contains("[study] lacks env") && contains("lacks agent"));
    CHECK_THAT(file_fault("study = 3\n"), contains("a.toml:1: study: is a table"));
    CHECK_THAT(file_fault("[study\nenv = 3"), contains("a.toml:1:7: "));
    CHECK_THAT(file_fault("[study]\nenv\u00A0= 'x'"),
               contains("a.toml:2:4: ") && contains("(U+00A0)"));
    CHECK_THAT(file_fault("[study]\n# \u00e4\nenv = \u201Cx\u201D"),
               contains("a.toml:3:7: ") && contains("(U+201C)"));
    CHECK_THAT(file_fault("[study]\nenv = '\u00e4\x01'"),
               contains("a.toml:2:9: ") && contains("(U+0001)"));
    CHECK_THAT(file_fault("[study]\nenv = 'x'\nenv = 'y'"), contains("a.toml:3:7: "));
    CHECK_THAT(fault_in("trials = 1.5"), contains("a.toml:4: trials: allowed whole numbers"));
    CHECK_THAT(fault_in("trials = \"5\""), contains("allowed whole numbers"));
    CHECK_THAT(fault_in("eta = true"), contains("eta: allowed numbers"));
    CHECK_THAT(fault_in("seed = -1"), contains("seed: allowed whole numbers from 0"));
    CHECK_THAT(fault_in("sampler = 3"), contains("sampler: allowed texts"));
    CHECK_THAT(fault_in("constraints = \"a < b\""), contains("allowed lists of texts"));
    CHECK_THAT(fault_in("constraints = [3]"), contains("constraints: allowed texts"));
    CHECK_THAT(fault_in("scheduler = 3"), contains("scheduler: allowed texts"));
    CHECK_THAT(fault_in("objective = \"tset\""),
               contains("objective: unknown value 'tset': did you mean 'test'"));
    CHECK_THAT(fault_in("objective = \"\""), contains("objective: unknown value ''"));
    CHECK_THAT(fault_in("direction = \"up\""), contains("unknown value 'up'; known: minimize"));
    CHECK_THAT(file_fault("[study]\nenv = 'a'\nagent = 'b'\n[set]\nx = [1]"),
               contains("a.toml:5: x: allowed a number, a text, true or false"));
}

TEST_CASE("faults of a file's space are told with their line", "[study-file]") {
    const auto contains = [](const std::string& words) { return ContainsSubstring(words); };
    const auto fault = [](const std::string& space) { return fault_in("", space); };
    CHECK_THAT(fault("x0 = 3"), contains("a.toml:6: x0: allowed for example {log"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], pionts = 3}"),
               contains("a.toml:6: x0: unknown key 'pionts': did you mean 'points'"));
    CHECK_THAT(fault("x0 = {points = 3}"), contains("x0: needs one of uniform, log"));
    CHECK_THAT(fault("x0 = {log = [1, 2], uniform = [1, 2]}"), contains("x0: needs one of"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1, 2]}"), contains("x0: allowed [LOW, HIGH]"));
    CHECK_THAT(fault("x0 = {uniform = 3}"), contains("x0: allowed a list"));
    CHECK_THAT(fault("x0 = {uniform = [0, \"a\"]}"), contains("x0: allowed numbers"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], points = 0}"), contains("x0.points: allowed whole"));
    CHECK_THAT(fault("x0 = {integer = [0, 9], points = 3}"),
               contains("a.toml:6: x0.points: has levels of its own"));
    CHECK_THAT(fault("x0 = {choice = [1, 1.0]}"), contains("x0: '1' is given twice"));
    CHECK_THAT(fault("x0 = {choice = [[1]]}"), contains("allowed numbers, texts, true and false"));
    CHECK_THAT(fault("x0 = {choice = []}"), contains("a.toml:6: x0 = choice = []: empty"));
    CHECK_THAT(fault("x0 = {log = [0, 1]}"), contains("a.toml:6: x0 = log = [0, 1]: allowed"));
    CHECK_THAT(
        fault("k = {choice = [\"aa\", \"bb\"]}\nx0 = {uniform = [0, 1], when = {k = \"ab\"}}"),
        contains("a.toml:7: x0: when: unknown value of k 'ab': did you mean 'aa'"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], when = {k = 1}}\nk = {integer = [1, 2]}"),
               contains("a.toml:6: x0: when: unknown earlier parameter 'k'"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], when = {x0 = 1}}"), contains("unknown earlier"));
    CHECK_THAT(fault("x0 = {uniform = [0, 1], when = 1}"), contains("x0: when: allowed {"));
    CHECK_THAT(fault_in("constraints = [\"x0 < y\"]", "x0 = {uniform = [0, 1]}"),
               contains("a.toml:4: constraint 'x0 < y': unknown parameter 'y'"));
}

TEST_CASE("all faults of a file are told at once", "[study-file]") {
    const std::string all = fault_in("trails = 5\ntrials = \"x\"\nbugdet = 1",
                                     "x0 = {uniform = [2, 1]}\nx1 = {lgo = [1, 2]}");
    for (const char* words : {"a.toml:4: unknown key 'trails'", "a.toml:5: trials", "a.toml:6: ",
                              "a.toml:8: x0 = [2, 1]", "a.toml:9: x1: unknown key 'lgo'"})
        CHECK_THAT(all, ContainsSubstring(words));
    // Nothing more is reported about a part that could not be read.
    CHECK_THAT(fault_in("", "x0 = {log = 3}"), !ContainsSubstring("\n"));
    CHECK_THAT(fault_in("", "k = {choice = [[1]]}\nx0 = {uniform = [0, 1], when = {k = \"a\"}}"),
               !ContainsSubstring("x0"));
}

TEST_CASE("numbers out of range are told with their line", "[study-file]") {
    CHECK_THAT(check_fault("trials = 0"),
               ContainsSubstring("a.toml:4: trials = 0: allowed from 1 to 1e+09"));
    CHECK_THAT(check_fault("eta = 1"), ContainsSubstring("eta = 1: allowed from 1.1 to 100"));
    CHECK_THAT(check_fault("budget = nan"), ContainsSubstring("budget = nan: allowed from 0"));
    CHECK_THAT(check_fault("tuning_seeds = 4\nfirst_seeds = 5"),
               ContainsSubstring("a.toml:5: first_seeds = 5: allowed from 1 to 4"));
    CHECK_THAT(check_fault("budget = 4\nmin_budget = 5"),
               ContainsSubstring("min_budget = 5: allowed from 0 to 4"));
    CHECK_THAT(check_fault("validation_seeds = 1"), ContainsSubstring("allowed from 2"));
    // A default does not prevent what was asked for.
    CHECK(check_fault("tuning_seeds = 1") == "none");
    CHECK(check_fault("") == "none");
}

TEST_CASE("no seed serves two roles, or two learners", "[study-file]") {
    Study study;
    std::set<std::uint64_t> seen;
    for (const std::uint64_t seed : {0U, 1U, 2U}) {
        study.seed = seed;
        for (const Role role : {Role::tuning, Role::validation, Role::test}) {
            for (std::int64_t i = 0; i < 5000; ++i) {
                const std::uint64_t own = learner_seed(study, role, i);
                CHECK(own >> 62U == static_cast<std::uint64_t>(role));
                seen.insert(own);
            }
        }
    }
    CHECK(seen.size() == 3 * 3 * 5000);
}

}  // namespace lockstep::sweep
