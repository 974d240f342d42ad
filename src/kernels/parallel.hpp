// A loop shared by a few threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <new>
#include <system_error>
#include <thread>
#include <vector>

namespace trovato {

// Calls act(first, last) on disjoint ranges that cover 0 to count. Ranges are handed out as threads
// ask for them, since items differ in length. At most one thread for each processor works, and fewer
// where the system grants no more, or no memory for them.
// The first exception that `act` throws is thrown again here, after all threads have ended.
template <class Action>
void parallel_for(size_t count, size_t threads, Action act) {
  if (threads > 1) {
    threads = std::min<size_t>(threads, std::max(1u, std::thread::hardware_concurrency()));
  }
  const size_t range = std::clamp<size_t>(count / (threads * 16), 1, 64);
  threads = std::clamp<size_t>((count + range - 1) / range, 1, threads);
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
  others.reserve(threads - 1);  // what throws below leaves no thread that nobody waits for
  try {
    while (others.size() + 1 < threads) others.emplace_back(work);
  } catch (const std::system_error&) {
  } catch (const std::bad_alloc&) {
  }
  work();
  for (std::thread& other : others) other.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace trovato
