// A thread that checks something again and again while others work: whether an interrupt has come,
// or the time is up.
//
// Must not:  know what it checks.
// Invariant: no check runs after its Ticker is destroyed.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>
#include <utility>

namespace lockstep {

class Ticker {
public:
    // Throws std::system_error if no thread can be started.
    explicit Ticker(std::function<void()> look)
        : thread_([look = std::move(look)](const std::stop_token& stop) {
              std::mutex mutex;
              std::unique_lock lock(mutex);
              std::condition_variable_any until;
              while (!stop.stop_requested()) {
                  look();
                  until.wait_for(lock, stop, std::chrono::milliseconds(10), [] { return false; });
              }
          }) {}

private:
    std::jthread thread_;
};

}  // namespace lockstep
