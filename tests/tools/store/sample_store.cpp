
#include "tests/tools/store/sample_store.hpp"

#include <unistd.h>

#include <filesystem>

namespace lockstep::test {

StorePath::StorePath()
    : text_((std::filesystem::temp_directory_path() /
             ("lockstep-store-" + std::to_string(getpid()) + ".db"))
                .string()) {
    remove();
}

StorePath::~StorePath() { remove(); }

void StorePath::remove() const {
    for (const char* ending : {"", "-wal", "-shm", "-journal", ".lock"})
        std::filesystem::remove(text_ + ending);
}

std::unique_ptr<sweep::Store> open_sample(const StorePath& path) {
    return sweep::Store::open(path.text(), sample_config, true);
}

void fill(const StorePath& path, std::int64_t end) {
    const auto store = open_sample(path);
    store->append(sample_rows(0, end));
    store->sync();
}

void meddle(const StorePath& path, const std::string& sql) {
    sweep::Database(path.text(), SQLITE_OPEN_READWRITE).run(sql.c_str());
}

}  // namespace lockstep::test
