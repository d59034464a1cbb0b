#include <lockstep/error.hpp>
#include <lockstep/store.hpp>

#include "engine/environments/config.hpp"

#include "agents/sweep/objectives/registry.hpp"
#include "agents/sweep/study/steering.hpp"
#include "tools/store/committer.hpp"
#include "tools/store/store.hpp"

namespace lockstep::sweep {
namespace {

struct HeldStore {
    std::unique_ptr<Store> store;
};

// A committer that owns its store.
class StoredLog final : HeldStore, public Committer {
public:
    explicit StoredLog(std::unique_ptr<Store> held)
        : HeldStore{std::move(held)}, Committer(*store, {}) {}
};

// What `run` makes of the study before it runs it.
Study resolved(Study study) {
    if (!study.env.empty()) {
        const auto objective = make_objective(study);
        resolve(study, *objective);
        return study;
    }
    study.env = "own", study.agent = study.agent.empty() ? "function" : study.agent;
    const auto objective = make_objective(study, TrialFunction());
    resolve(study, *objective);
    return study;
}

}  // namespace

std::unique_ptr<TrialLog> open_store(const std::string& path, const Study& study) {
    const Study now = resolved(study);
    const auto becomes = [&](const std::string& stored) {
        return can_become(read_canonical(stored), now);
    };
    return std::make_unique<StoredLog>(
        Store::open(path, canonical_text(now), now.maximizes(), becomes));
}

StudyResult read_store(const std::string& path) {
    const auto store = Store::read(path);
    StudyResult result{read_canonical(store->study().config), {}, {}};
    FindingsReader reader(result.study);
    store->load([&](TrialRow&& row) { reader.add(row); });
    result.report = reader.finish();
    return result;
}

}  // namespace lockstep::sweep
