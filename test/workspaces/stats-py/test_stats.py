import unittest

from stats import mean, median, mode, moving_average, value_range, variance


class StatsTest(unittest.TestCase):
    def test_mean(self):
        self.assertEqual(mean([1, 2, 3, 6]), 3)

    def test_median_of_odd_count(self):
        self.assertEqual(median([5, 1, 3]), 3)

    def test_median_of_even_count(self):
        self.assertEqual(median([1, 2, 3, 4, 5, 6]), 3.5)

    def test_variance(self):
        self.assertEqual(variance([2, 4, 4, 4, 5, 5, 7, 9]), 4)

    def test_mode(self):
        self.assertEqual(mode([1, 2, 2, 3]), 2)

    def test_value_range(self):
        self.assertEqual(value_range([4, 1, 9]), 8)

    def test_moving_average(self):
        self.assertEqual(moving_average([1, 2, 3, 4], 2), [1.5, 2.5, 3.5])

    def test_nothing_has_no_mean(self):
        with self.assertRaises(ValueError):
            mean([])


if __name__ == "__main__":
    unittest.main()
