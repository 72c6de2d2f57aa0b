"""What a script over tables imports: many modules that are C in CPython and Python elsewhere."""

import collections
import csv
import datetime
import decimal
import fractions
import gzip
import json
import pickle
import sqlite3
import statistics
import zipfile
