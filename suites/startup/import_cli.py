"""What a command-line tool imports: the wait before it can print its own help."""

import argparse
import json
import logging
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
