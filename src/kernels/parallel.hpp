// A loop shared by a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <system_error>
#include <thread>
#include <vector>

namespace trovato {

// Calls act(first, last) on disjoint ranges that cover 0 to count. Ranges are handed out as threads
// ask for them, since items differ in length. Where the system grants no more threads, fewer work.
// The first exception that `act` throws is thrown again here, after all threads have ended.
template <class Action>
void parallel_for(size_t count, size_t threads, Action act) {
  const size_t range = std::clamp<size_t>(count / (threads * 16), 1, 64);
  threads = std::min(threads, (count + range - 1) / range);
  std::atomic<size_t> next{0};
  std::atomic<bool> failed{false};
  std::exception_ptr failure;
  const auto work = [&] {
    try {
      for (size_t first; (first = next.fetch_add(range)) < count;) {
        act(first, std::min(count, first + range));
      }
    } catch (...) {
      if (!failed.exchange(true)) failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  try {
    while (others.size() + 1 < threads) others.emplace_back(work);
  } catch (const std::system_error&) {
  }
  work();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace trovato
